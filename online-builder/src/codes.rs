//! The class of every reason code that this program can end with: one code, one exit status.
//! Knows nothing of what led to a code.

use transaction_review::{Class, Code};

/// The class of a reason code. A code that is not listed is a fault of the program.
pub(crate) fn class_of(code: &str) -> Class {
    if let Some(code) = review_code(code) {
        return code.class();
    }
    let listed = CLASSES.iter().find(|(_, codes)| codes.contains(&code));
    listed.map_or(Class::Internal, |(class, _)| *class)
}

/// The class of a code that a station refused with: its own where the review knows it, and for
/// every other one that of a request that was not permitted.
pub(crate) fn class_of_station_code(code: &str) -> Class {
    review_code(code).map_or(Class::Policy, Code::class)
}

fn review_code(text: &str) -> Option<Code> {
    let mut codes = Code::ALL.iter().copied();
    codes.find(|code| code.as_str() == text)
}

const CLASSES: &[(Class, &[&str])] = &[
    (Class::Usage, USAGE),
    (Class::Format, FORMAT),
    (Class::Authentication, AUTHENTICATION),
    (Class::Freshness, FRESHNESS),
    (Class::Semantics, &["E_FUNDS"]),
    (Class::Hsm, HSM),
    (Class::Resource, RESOURCE),
    (Class::Media, MEDIA),
    (Class::Storage, STORAGE),
    (Class::Locked, &["E_BUSY"]),
    (Class::Internal, INTERNAL),
];

const USAGE: &[&str] = &[
    "E_ADDRESS",
    "E_AMOUNT",
    "E_CALL_DATA",
    "E_CHANGE_INDEX",
    "E_COPY_OF_SEVERAL",
    "E_DATA",
    "E_FEE_NOT_MORE",
    "E_HOME_EXISTS",
    "E_HOME_MISSING",
    "E_HOME_OCCUPIED",
    "E_NOT_RAISED",
    "E_NOT_SAFE",
    "E_REFERENCE",
    "E_REPLACED_UNKNOWN",
    "E_REQUEST_NAME",
    "E_REQUEST_SIGNED",
    "E_REQUEST_UNKNOWN",
    "E_RESULT_MISSING",
    "E_STATION_NAME",
    "E_STATION_NOT_ENROLLED",
];

const FORMAT: &[&str] = &[
    "E_CBOR_DUPKEY",
    "E_CBOR_LIMIT",
    "E_CBOR_NONCANONICAL",
    "E_CBOR_TRAILING",
    "E_CBOR_TRUNCATED",
    "E_CBOR_UNKNOWN",
    "E_COINS",
    "E_DOCUMENT",
    "E_DOWNGRADE",
    "E_JSON",
    "E_PACKET_SCHEMA",
    "E_SEAL_STRUCTURE",
];

const AUTHENTICATION: &[&str] = &[
    "E_AUDIENCE",
    "E_PACKET_KIND",
    "E_POLICY_HASH",
    "E_RESULT_APPROVALS",
    "E_RESULT_REHEARSAL",
    "E_RESULT_STATION",
    "E_RESULT_UNASKED",
    "E_SAFE_HASH",
    "E_SEAL_ALGORITHM",
    "E_SEAL_KEY",
    "E_SEAL_SIGNATURE",
    "E_SRC_UNKNOWN",
    "E_STATION_KEY",
    "E_STATION_PINNED",
    "E_STATION_UNKNOWN",
    "E_WALLET_SET",
    "E_WALLET_TOKEN",
];

const FRESHNESS: &[&str] = &[
    "E_EXPIRED",
    "E_LIFETIME",
    "E_REQUEST_WITHDRAWN",
    "E_RESULT_CONFLICT",
    "E_WITNESS_FORK",
];

const HSM: &[&str] = &["E_KEY_ORIGIN", "E_WALLET_KEY"];

const RESOURCE: &[&str] = &[
    "E_COIN_COUNT",
    "E_FILE_SIZE",
    "E_IMAGE_SIZE",
    "E_PACKET_SIZE",
    "E_REQUEST_SIZE",
];

const MEDIA: &[&str] = &[
    "E_CAMERA_ABSENT",
    "E_CAMERA_BUSY",
    "E_CAMERA_DEVICE",
    "E_CAMERA_FORMAT",
    "E_CAMERA_PERMISSION",
    "E_CAMERA_VIRTUAL",
    "E_FILE_KIND",
    "E_FRAME_INCOMPLETE",
    "E_FRAME_LIMIT",
    "E_IMAGE_DAMAGED",
    "E_IMAGE_NONE",
    "E_IMAGE_STALLED",
    "E_IMAGE_STREAM",
    "E_IMAGE_UNREADABLE",
    "E_MEDIA_PROTECTION",
    "E_MEDIA_RW",
    "E_MEDIUM_DAMAGED",
    "E_MEDIUM_FOREIGN",
    "E_MEDIUM_HIDDEN",
    "E_MEDIUM_SECOND",
    "E_MEDIUM_SIZE",
    "E_MEDIUM_TRUNCATED",
    "E_MEDIUM_UNREADABLE",
    "E_MEDIUM_VERSION",
    "E_NO_SCREEN",
    "E_SCAN_IDLE",
    "E_SCAN_TIME",
    "E_SINK",
    "E_TERMINAL",
    "E_TERMINAL_SIZE",
    "E_WINDOW",
    "E_WINDOW_SIZE",
];

const STORAGE: &[&str] = &[
    "E_COPY_NOT_WRITTEN",
    "E_FILE",
    "E_FILE_EXISTS",
    "E_KEY_PERMISSIONS",
    "E_OUTPUT",
    "E_STORE_DAMAGED",
];

const INTERNAL: &[&str] = &[
    "E_RANDOM",
    "E_SCANNER",
    "E_SCANNER_CONFINEMENT",
    "E_SOURCE_SEAL",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    const MANUAL: &str = include_str!("../../docs/src/exit-and-reason-codes.md");

    /// The status that the manual gives a code, and nothing that it says of exceptions.
    fn in_the_manual(code: &str) -> Option<u8> {
        let mut rows = MANUAL.lines();
        let start = format!("| `{code}` | ");
        let row = rows.find_map(|line| line.strip_prefix(&start))?;
        row.split(' ').next()?.parse().ok()
    }

    /// Every code that stands between quotation marks in the production part of a folder's files.
    fn literals(folder: &Path) -> BTreeSet<String> {
        let mut codes = BTreeSet::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            if matches!(name, "tests" | "fixture" | "samples") {
                continue;
            }
            if path.is_dir() {
                codes.extend(literals(&path));
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let production = text.split("\n#[cfg(test)]\n").next().unwrap();
                let lines = production.lines().map(str::trim_start);
                let code = lines.filter(|line| !line.starts_with("//"));
                let quoted = code.flat_map(|line| line.split('"').skip(1).step_by(2));
                let words = |text: &&str| text.len() > 2 && text.starts_with("E_");
                codes.extend(quoted.filter(words).map(str::to_owned));
            }
        }
        codes
    }

    #[test]
    fn every_code_of_this_program_has_one_class_and_the_manual_has_it_too() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut codes = literals(&here.join("src"));
        codes.extend(literals(&here.join("../transfer-format/src")));
        assert!(codes.len() > 80, "the codes were found: {codes:?}");
        for code in &codes {
            let listed = CLASSES.iter().filter(|(_, codes)| codes.contains(&&**code));
            assert_eq!(listed.count(), 1, "{code}");
            let status = class_of(code).exit_code();
            assert_eq!(in_the_manual(code), Some(status), "{code}");
        }
    }

    #[test]
    fn the_reviews_codes_keep_their_class_and_no_other_list_has_them() {
        for code in Code::ALL {
            let text = code.as_str();
            assert_eq!(class_of(text), code.class());
            assert!(CLASSES.iter().all(|(_, codes)| !codes.contains(&text)));
            let status = code.class().exit_code();
            assert_eq!(in_the_manual(text), Some(status), "{text}");
        }
    }

    #[test]
    fn a_stations_code_that_is_not_the_reviews_is_one_of_policy() {
        assert_eq!(class_of_station_code("E_LIMIT_TX"), Class::Policy);
        assert_eq!(class_of_station_code("E_UTXO_UNPROVEN"), Class::Semantics);
        assert_eq!(
            class_of_station_code("E_SOURCE_SCOPE"),
            Class::Authentication
        );
        assert_eq!(class_of_station_code("E_DECLINED"), Class::Policy);
        assert_eq!(class_of_station_code("E_FILE"), Class::Policy);
        assert_eq!(class_of("E_DECLINED"), Class::Internal);
    }
}
