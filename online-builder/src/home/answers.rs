//! The answers that were believed: one result for a request at most, and every refusal.
//! Knows nothing of signatures; the seals are checked again at every reading.

use std::path::PathBuf;

use transfer_format::IntentDigest;
use transfer_format::packet::{Payload, RefusalNotice, SigningResult};
use transfer_format::seal::{Envelope, Packet, SealKey};

use super::{ANSWERS, Home, HomeError, Lock, RESULTS, find, keep, names};
use crate::station::{Station, hexadecimal};

impl Home {
    /// Keeps a result. There must be none for its intent.
    ///
    /// # Errors
    /// [`HomeError::File`].
    pub fn keep_result(
        &self,
        _lock: &Lock,
        result: &Packet<SigningResult>,
    ) -> Result<(), HomeError> {
        let intent = result.payload().intent;
        keep(
            &self.answer_path(&format!("{RESULT}{intent}{PACKET}")),
            result.bytes(),
        )
    }

    /// Keeps a refusal, once; the same one may come again.
    ///
    /// # Errors
    /// [`HomeError::File`].
    pub fn keep_refusal(
        &self,
        _lock: &Lock,
        refusal: &Packet<RefusalNotice>,
    ) -> Result<(), HomeError> {
        let digest = hexadecimal(&refusal.digest());
        let intent = refusal.payload().intent;
        let path = self.answer_path(&format!("{REFUSAL}{intent}-{digest}{PACKET}"));
        match find(&path)? {
            Some(_) => Ok(()),
            None => keep(&path, refusal.bytes()),
        }
    }

    /// Every result of a station.
    ///
    /// # Errors
    /// [`HomeError::Damaged`], [`HomeError::File`].
    pub fn results(&self, station: &Station) -> Result<Vec<SigningResult>, HomeError> {
        self.answers(RESULT, station.key())
    }

    /// Every refusal of a station.
    ///
    /// # Errors
    /// [`HomeError::Damaged`], [`HomeError::File`].
    pub fn refusals(&self, station: &Station) -> Result<Vec<RefusalNotice>, HomeError> {
        self.answers(REFUSAL, station.key())
    }

    /// Where the transaction of a request goes if no other folder is named.
    pub fn result_folder(&self, intent: &IntentDigest) -> PathBuf {
        self.part(RESULTS).join(intent.to_string())
    }

    fn answers<P: Payload>(&self, kind: &str, key: &SealKey) -> Result<Vec<P>, HomeError> {
        let mut answers = Vec::new();
        for name in names(&self.part(ANSWERS))? {
            let path = self.answer_path(&name);
            if !name.starts_with(kind) {
                continue;
            }
            let bytes = find(&path)?.unwrap_or_default();
            let envelope =
                Envelope::read(bytes).map_err(|error| HomeError::damaged(&path, &error))?;
            if envelope.key_id() == key.key_id() {
                let answer: Packet<P> = envelope
                    .open(key)
                    .map_err(|error| HomeError::damaged(&path, &error))?;
                answers.push(answer.into_payload());
            }
        }
        Ok(answers)
    }

    fn answer_path(&self, name: &str) -> PathBuf {
        self.part(ANSWERS).join(name)
    }
}

const RESULT: &str = "result-";
const REFUSAL: &str = "refusal-";
const PACKET: &str = ".cbor";
