//! What the commands say: text for people, or one JSON object for programs.
//! Knows nothing of what is said; it lets nothing through that could move a cursor.

use std::io::{self, Write};

use serde_json::{Value, json};
use transaction_review::Screen;
use transfer_format::printable::printable;

use crate::failure::Failure;

/// Where the text of one command goes.
pub(crate) struct Console<'a> {
    json: bool,
    output: &'a mut dyn Write,
    errors: &'a mut dyn Write,
}

impl<'a> Console<'a> {
    pub(crate) fn new(json: bool, output: &'a mut dyn Write, errors: &'a mut dyn Write) -> Self {
        Self {
            json,
            output,
            errors,
        }
    }

    /// Says lines to people: on standard output, or on standard error where an object is wanted.
    pub(crate) fn say(&mut self, text: &str) -> Result<(), Failure> {
        let stream = if self.json {
            &mut self.errors
        } else {
            &mut self.output
        };
        stream
            .write_all(printable(text).as_bytes())
            .and_then(|()| stream.flush())
            .map_err(|error| Failure::Output(error.kind()))
    }

    /// Says every line of every screen.
    pub(crate) fn screens(&mut self, screens: &[Screen]) -> Result<(), Failure> {
        for screen in screens {
            self.say(&format!("{}\n", screen.heading))?;
            for block in &screen.blocks {
                self.say(&format!("{}\n\n", block.join("\n")))?;
            }
        }
        Ok(())
    }

    /// Prints the command's one object, if one is wanted. ASCII only, whatever it holds.
    pub(crate) fn object(&mut self, object: &Value) -> Result<(), Failure> {
        if !self.json {
            return Ok(());
        }
        self.line(object)
            .map_err(|error| Failure::Output(error.kind()))
    }

    /// The writer behind the text, for codes that are drawn.
    pub(crate) fn canvas(&mut self) -> &mut dyn Write {
        self.output
    }

    /// The writer behind standard error, for what is said while a command runs.
    pub(crate) fn notes(&mut self) -> &mut dyn Write {
        self.errors
    }

    /// Says why the command failed and returns the exit status.
    pub(crate) fn report(&mut self, failure: &Failure) -> u8 {
        let status = failure.class().exit_code();
        let (headline, code) = (failure.headline(), failure.code());
        let text = format!("{headline}  {code}  (exit {status})\n{failure}\n");
        let object = json!({
            "schema": "refusal/1",
            "code": code,
            "class": status,
            "message": failure.to_string(),
        });
        let told = self.errors.write_all(printable(&text).as_bytes());
        let listed = if self.json {
            self.line(&object)
        } else {
            Ok(())
        };
        // Nobody is left to be told when the streams are gone; the exit status still says it.
        told.and(listed).map_or(status, |()| status)
    }

    fn line(&mut self, object: &Value) -> io::Result<()> {
        self.output
            .write_all(ascii(&object.to_string()).as_bytes())?;
        self.output.write_all(b"\n")?;
        self.output.flush()
    }
}

/// A number of things: `1 frame`, `2 frames`.
pub(crate) fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

/// JSON lets every character stand as an escape of its UTF-16 units (RFC 8259 §7).
fn ascii(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if matches!(character, ' '..='~') {
            escaped.push(character);
        } else {
            let mut units = [0; 2];
            let units = character.encode_utf16(&mut units).iter();
            escaped.extend(units.map(|unit| format!("\\u{unit:04x}")));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Console;
    use crate::failure::Failure;

    #[test]
    fn people_and_programs_get_their_own_stream() {
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let mut console = Console::new(true, &mut output, &mut errors);
        console.say("for people\u{1b}[2J\n").unwrap();
        console
            .object(&json!({"name": "a\u{1f600}\u{202e}"}))
            .unwrap();
        assert_eq!(errors, b"for people\\u{1b}[2J\n");
        assert!(output.is_ascii());
        let object: Value = serde_json::from_slice(&output).unwrap();
        assert_eq!(object, json!({"name": "a\u{1f600}\u{202e}"}));
    }

    #[test]
    fn without_json_there_is_no_object() {
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let mut console = Console::new(false, &mut output, &mut errors);
        console.object(&json!({})).unwrap();
        console.say("text\n").unwrap();
        assert_eq!((output, errors), (b"text\n".to_vec(), Vec::new()));
    }

    #[test]
    fn a_failure_has_a_code_a_status_and_a_sentence_in_both_forms() {
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let mut console = Console::new(true, &mut output, &mut errors);
        assert_eq!(console.report(&Failure::Random), 70);
        let text = String::from_utf8(errors).unwrap();
        assert!(text.starts_with("REFUSED  E_RANDOM  (exit 70)\n"), "{text}");
        let object: Value = serde_json::from_slice(&output).unwrap();
        assert_eq!(object["code"], "E_RANDOM");
        assert_eq!(object["class"], 70);
    }
}
