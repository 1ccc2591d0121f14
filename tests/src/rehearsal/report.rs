//! What a rehearsal leaves for people: who is who, the PINs, and how to go on by hand.
//! It knows nothing of how the rehearsal went; it describes what is there.

use std::path::Path;

use super::{CHAIN, Person, Rehearsal, STATION, policy};
use crate::softhsm::module_path;

/// The text of `rehearsal.md`; `programs` is the folder of the built programs.
pub(super) fn text(rehearsal: &Rehearsal, programs: &Path) -> String {
    let here = rehearsal.folder().display();
    let programs = programs.display();
    let people: String = [
        ("the station's token", &rehearsal.station),
        ("operator", &rehearsal.alice),
        ("operator", &rehearsal.bob),
    ]
    .map(|(what, person)| row(what, person))
    .concat();
    format!(
        r#"# This rehearsal

Other keys than any real ones, in three SoftHSM tokens. The PINs below are written down because
nothing here is worth anything; the PINs of a real station never are.

| who | what | token serial | PIN | security officer's PIN |
|---|---|---|---|---|
{people}
The policy is `policy.toml`, the station `{STATION}` lives in `station/`, the builder in
`builder/`, the tokens in `tokens/`. The PKCS#11 module is `{module}`.

## What was left here

| file | what it is |
|---|---|
| `request-bitcoin.cbor`, `request-ethereum.cbor` | the sealed requests |
| `frames/`, `request-bitcoin.gif` | the Bitcoin request as QR codes |
| `request-ethereum.usb` | the Ethereum request as an image of a USB medium |
| `result-bitcoin.cbor`, `result-ethereum.cbor` | the sealed results |
| `result-frames/`, `result-ethereum.usb` | the results as they crossed back |
| `bitcoin-signed.hex`, `bitcoin-signed.psbt`, `bitcoin-prevouts.json` | the finished Bitcoin transaction, and what it spends |
| `ethereum-signed.hex` | the finished Ethereum transaction |
| `review.txt` | what both operators read |
| `journal.cbor` | a copy of the station's journal |
| `vault/` | two stations that share a wallet of three keys: policies, journals, what was read, and in `out/` the parts and the finished transaction |

## Going on by hand

Run these in a terminal, one after the other. The second payment's coins are in
`next-payment.psbt`.

```sh
cd {here}
export PATH={programs}:$PATH
export SOFTHSM2_CONF={here}/tokens/softhsm2.conf

# 1. build another request (the builder prints its intent digest and words)
online-builder --home builder build bitcoin --station {STATION} --wallet btc-cold \
    --psbt next-payment.psbt --reference "BY HAND 1" --out request-by-hand.cbor
#    or an Ethereum one
online-builder --home builder build ethereum --station {STATION} --wallet eth-cold \
    --chain {CHAIN} --nonce 1 --to {payee} --value "0.5 ETH" \
    --gas-limit 21000 --max-fee "30 gwei" --tip "1 gwei" --reference "BY HAND 2" \
    --out request-by-hand-2.cbor

# 2. send it: as an animated GIF (or screen, frames:DIR, usb:FILE)
online-builder --home builder send --request request-by-hand.cbor --to gif:by-hand.gif

# 3. sign it: operators alice and bob, with the PINs above
offline-signer --home station sign --from gif:by-hand.gif --to usb:result-by-hand.usb

# 4. receive the result
online-builder --home builder receive --from usb:result-by-hand.usb --out by-hand

# what the station did, and a proof that nothing of it was changed
offline-signer --home station journal show
offline-signer --home station journal verify
```
"#,
        module = module_path().display(),
        payee = policy::ETHEREUM_PAYEE,
    )
}

fn row(what: &str, person: &Person) -> String {
    format!(
        "| {} | {what} | `{}` | `{}` | `{}` |\n",
        person.id, person.serial, person.pin, person.so_pin
    )
}
