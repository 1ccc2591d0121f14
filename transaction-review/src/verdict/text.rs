//! A verdict and its checks as people read them: the reason first, with its rule and both values,
//! then everything else that failed. Knows nothing of screens.

use core::fmt;

use super::{Check, Spent, Verdict, counted};
use crate::{Code, instant};

/// Record numbers that a text lists before it counts the rest.
const RECORDS: usize = 12;

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            rule,
            path,
            measured,
            limit,
            pass,
            spent: _,
        } = self;
        let outcome = if *pass { "PASS" } else { "FAIL" };
        write!(
            f,
            "{outcome} {code} {path}: {measured}; needed: {limit} ({rule})"
        )
    }
}

impl fmt::Display for Verdict {
    /// The verdict as people read it: the primary reason with its rule and both values, then every
    /// other failed check.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(code) = self.primary else {
            return write!(f, "PERMITTED: all {} checks hold", self.checks.len());
        };
        write!(f, "REFUSED {code} (exit {}): ", code.class().exit_code())?;
        write_reasons(f, self, code)
    }
}

impl Verdict {
    /// Why it is refused, without the headline that names code and exit status; empty if it is not.
    pub fn reasons(&self) -> String {
        struct Reasons<'a>(&'a Verdict, Code);
        impl fmt::Display for Reasons<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_reasons(f, self.0, self.1)
            }
        }
        self.primary
            .map_or_else(String::new, |code| Reasons(self, code).to_string())
    }
}

/// The primary reason with its rule and both values, then every other failed check.
fn write_reasons(f: &mut fmt::Formatter<'_>, verdict: &Verdict, code: Code) -> fmt::Result {
    write!(f, "{}", code.sentence())?;
    let primary = verdict.failed().find(|check| check.code == code);
    let Some(primary) = primary else {
        return Ok(());
    };
    write!(f, "\n  rule   {}", primary.rule)?;
    match &primary.spent {
        Some(spent) => write_spent(f, primary, spent)?,
        None => write!(
            f,
            "\n  found  {}: {}\n  needed {}",
            primary.path, primary.measured, primary.limit
        )?,
    }
    for check in verdict
        .failed()
        .filter(|check| !core::ptr::eq(*check, primary))
    {
        write!(
            f,
            "\n  also   {} {}: {}; needed: {} ({})",
            check.code, check.path, check.measured, check.limit, check.rule
        )?;
    }
    Ok(())
}

/// What fills a window, what this request adds, and when it would fit.
fn write_spent(f: &mut fmt::Formatter<'_>, check: &Check, spent: &Spent) -> fmt::Result {
    write!(f, "\n  spent  {}", spent.before)?;
    if let Some(since) = spent.since {
        write!(
            f,
            " since {} ({})",
            instant::text(since),
            records(&spent.records)
        )?;
    }
    write!(
        f,
        "\n  this   {}, together {}\n  needed {}, {}",
        spent.this, spent.together, check.limit, check.path
    )?;
    match spent.earliest {
        Some(earliest) => write!(
            f,
            "\n  this very request would keep this limit from {} on",
            instant::text(earliest)
        ),
        None => write!(f, "\n  this request is more than the limit at any time"),
    }
}

fn records(numbers: &[u64]) -> String {
    let listed: Vec<String> = numbers.iter().take(RECORDS).map(u64::to_string).collect();
    let more = numbers.len().saturating_sub(RECORDS);
    let listed = format!("journal {}", listed.join(", "));
    if more == 0 {
        return listed;
    }
    format!("{listed} and {}", counted(more, "more record"))
}
