//! `init`: makes the builder's folder and its source key, and prints the key's public half.
//! Knows nothing of stations.

use std::path::Path;

use serde_json::json;
use zeroize::Zeroizing;

use crate::console::Console;
use crate::failure::Failure;
use crate::home::Home;
use crate::station::key_words;

pub(super) fn run(folder: &Path, console: &mut Console<'_>) -> Result<(), Failure> {
    let mut secret = Zeroizing::new([0; 32]);
    getrandom::fill(secret.as_mut_slice()).map_err(|_unavailable| Failure::Random)?;
    let home = Home::create(folder, &secret)?;
    let key = home.source()?.public_key();
    let words = key_words(&key);
    console.say(&format!(
        "pubkey  {key}\nwords   {words}\n\nThis builder seals its requests with this key. Add it to \
         the policy as pubkey of a [[source]].\n"
    ))?;
    console.object(&json!({
        "schema": "init/1",
        "pubkey": key.to_string(),
        "words": words.to_string(),
    }))
}
