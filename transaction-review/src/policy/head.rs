//! The head of a policy: which one it is, where and when it is in force, and what bounds a request.
//! Knows nothing of people, wallets and rules.

use data_encoding::HEXLOWER;

use super::PolicyError;
use super::section::Section;
use crate::instant;
use crate::limits::{MAX_CLOCK_SKEW_SECONDS, MAX_REQUEST_LIFETIME_SECONDS};

/// The section `[policy]`. What each field means is said at [`Policy`](super::Policy)'s accessors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) id: String,
    pub(super) version: u64,
    pub(super) previous: Option<String>,
    pub(super) environment: String,
    pub(super) signers: Vec<String>,
    pub(super) effective_after: u64,
    pub(super) expires: u64,
    pub(super) max_clock_skew: u64,
    pub(super) max_request_lifetime: u64,
    pub(super) max_request_bytes: u64,
}

impl Head {
    pub(super) fn read(section: Section) -> Result<Self, PolicyError> {
        let mut section = section.only(&KEYS)?;
        let mut clock = section.section("clock")?.only(&["max_skew"])?;
        let mut request = section
            .section("request")?
            .only(&["max_lifetime", "max_bytes"])?;
        let head = Self {
            id: section.name("id")?,
            version: section.count("version")?,
            previous: read_previous(&mut section)?,
            environment: section.name("environment")?,
            signers: section.texts("signers")?,
            effective_after: section.instant("effective_after")?,
            expires: section.instant("expires")?,
            max_clock_skew: clock.duration("max_skew")?,
            max_request_lifetime: request.duration("max_lifetime")?,
            max_request_bytes: request.count("max_bytes")?,
        };
        if head.expires <= head.effective_after {
            let found = instant::text(head.expires);
            return Err(section.value("expires", &found, "later than effective_after"));
        }
        if head.max_clock_skew > MAX_CLOCK_SKEW_SECONDS {
            let found = format!("{} s", head.max_clock_skew);
            return Err(clock.value("max_skew", &found, "at most 1h"));
        }
        if head.max_request_lifetime > MAX_REQUEST_LIFETIME_SECONDS {
            let found = format!("{} s", head.max_request_lifetime);
            return Err(request.value("max_lifetime", &found, "at most 30d"));
        }
        clock.finish()?;
        request.finish()?;
        section.finish()?;
        Ok(head)
    }
}

const KEYS: [&str; 9] = [
    "id",
    "version",
    "previous",
    "environment",
    "signers",
    "effective_after",
    "expires",
    "clock",
    "request",
];

fn read_previous(section: &mut Section) -> Result<Option<String>, PolicyError> {
    let previous = section.optional_text("previous")?;
    let digits = previous
        .as_deref()
        .map(|text| text.strip_prefix("sha256:").unwrap_or_default());
    let hash = |digits: &str| {
        HEXLOWER
            .decode(digits.as_bytes())
            .is_ok_and(|hash| hash.len() == 32)
    };
    match digits {
        Some(digits) if !hash(digits) => Err(section.value(
            "previous",
            &previous.unwrap_or_default(),
            "sha256: and 64 lower-case hexadecimal digits",
        )),
        Some(_) | None => Ok(previous),
    }
}
