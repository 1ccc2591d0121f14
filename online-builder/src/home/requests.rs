//! The requests that were built: sealed packets, and the PSBTs they were made of.
//! Knows nothing of their content; what is not sealed by this builder is not its request.

use std::path::{Path, PathBuf};

use transfer_format::IntentDigest;
use transfer_format::packet::Request;
use transfer_format::seal::{Envelope, Packet, SealKey};

use super::{Home, HomeError, Lock, REQUESTS, find, keep, names};

impl Home {
    /// Keeps a request and, if it was made of one, the PSBT with everything that stayed behind.
    /// Returns the packet's path.
    ///
    /// # Errors
    /// [`HomeError::File`].
    pub fn keep_request(
        &self,
        _lock: &Lock,
        request: &Packet<Request>,
        psbt: Option<&[u8]>,
    ) -> Result<PathBuf, HomeError> {
        let intent = request.intent();
        if let Some(psbt) = psbt {
            // Before the packet: a request without its PSBT must not be left by a crash. The same
            // PSBT may be there from an attempt that did not come to its end.
            let path = self.part(REQUESTS).join(format!("{intent}.psbt"));
            if find(&path)?.as_deref() != Some(psbt) {
                keep(&path, psbt)?;
            }
        }
        let path = self.request_path(&intent);
        keep(&path, request.bytes())?;
        Ok(path)
    }

    /// The request of this intent; `None` if this builder never built it.
    ///
    /// # Errors
    /// [`HomeError::Damaged`] unless the packet is sealed by `source` and has this intent;
    /// [`HomeError::File`].
    pub fn request(
        &self,
        intent: &IntentDigest,
        source: &SealKey,
    ) -> Result<Option<Packet<Request>>, HomeError> {
        let path = self.request_path(intent);
        let Some(bytes) = find(&path)? else {
            return Ok(None);
        };
        let request = open(&path, bytes, source)?;
        if request.intent() == *intent {
            return Ok(Some(request));
        }
        let reason = format!("it holds the request {}", request.intent());
        Err(HomeError::damaged(&path, &reason))
    }

    /// The PSBT that a request was made of, with everything that stayed behind; `None` for one that
    /// was made of something else.
    ///
    /// # Errors
    /// [`HomeError::File`].
    pub fn psbt(&self, intent: &IntentDigest) -> Result<Option<Vec<u8>>, HomeError> {
        find(&self.part(REQUESTS).join(format!("{intent}.psbt")))
    }

    /// Every request, in the order of their sequence.
    ///
    /// # Errors
    /// As [`Home::request`].
    pub fn requests(&self, source: &SealKey) -> Result<Vec<Packet<Request>>, HomeError> {
        let folder = self.part(REQUESTS);
        let mut requests = Vec::new();
        for name in names(&folder)? {
            let Some(digits) = name.strip_suffix(".cbor") else {
                continue;
            };
            let intent = digits
                .parse()
                .map_err(|error| HomeError::damaged(&folder.join(&name), &error))?;
            requests.extend(self.request(&intent, source)?);
        }
        requests.sort_by_key(|request| request.payload().sequence);
        Ok(requests)
    }

    fn request_path(&self, intent: &IntentDigest) -> PathBuf {
        self.part(REQUESTS).join(format!("{intent}.cbor"))
    }
}

fn open(path: &Path, bytes: Vec<u8>, source: &SealKey) -> Result<Packet<Request>, HomeError> {
    Envelope::read(bytes)
        .map_err(|error| HomeError::damaged(path, &error))?
        .open(source)
        .map_err(|error| HomeError::damaged(path, &error))
}
