//! Every field of what is signed on Ethereum, whole: nothing that the digest covers is left out.
//! Knows nothing of what a field means to the policy.

use data_encoding::HEXLOWER;

use super::text::{block, groups_of_four};
use crate::amount::group_whole;
use crate::ethereum::{
    Address, Authorization, Operation, Reviewed, SafeSignable, SafeTransaction, Signable,
    Transaction, TypedData, U256,
};

/// The fields in the order in which they are signed, the digests last.
pub(super) fn blocks(reviewed: &Reviewed) -> Vec<Vec<String>> {
    let mut blocks = match &reviewed.signable {
        Signable::Transaction(transaction) => of_transaction(transaction),
        Signable::Safe(safe) => of_safe(safe),
        Signable::TypedData { document, safe } => {
            let mut blocks = of_document(document);
            if let Some(safe) = safe {
                blocks.push(line("SAFE", address(safe.safe)));
                blocks.push(block(
                    "WRAPPED",
                    &[
                        "signed as a message of the Safe (EIP-1271)".to_owned(),
                        format!("document {}", hash(&document.digest())),
                    ],
                ));
            }
            blocks
        }
        Signable::Message(message) => vec![
            line("FORM", "EIP-191, \\x19Ethereum Signed Message".to_owned()),
            line("LENGTH", format!("{} characters", message.text().len())),
            line("TEXT", message.text().to_owned()),
        ],
        Signable::Delegation(authorization) => of_authorization(authorization),
    };
    blocks.push(line("DIGEST", hash(&reviewed.digest)));
    blocks
}

fn line(label: &str, text: String) -> Vec<String> {
    block(label, &[text])
}

fn address(address: Address) -> String {
    groups_of_four(&address.to_checksum(None))
}

fn hash(digest: &[u8]) -> String {
    format!("0x{}", groups_of_four(&HEXLOWER.encode(digest)))
}

fn wei(units: U256) -> String {
    format!("{} wei", group_whole(&units.to_string()))
}

/// Call data, whole; whether every byte of it was read as a call.
fn data(bytes: &[u8], explained: bool) -> Vec<String> {
    if bytes.is_empty() {
        let none = "none (empty); if TO is a contract, its receive code still runs";
        return line("DATA", none.to_owned());
    }
    let said = if explained {
        "explained to the last one above"
    } else {
        "NOT READ: FOREIGN CODE WOULD DO WITH THEM WHAT IT LIKES"
    };
    let count = format!("{} bytes, {said}:", bytes.len());
    block("DATA", &[count, hash(bytes)])
}

fn of_transaction(transaction: &Transaction) -> Vec<Vec<String>> {
    let price = |wei: u128| format!("{} wei per gas", group_whole(&wei.to_string()));
    let gas = group_whole(&transaction.gas_limit.to_string());
    let tip = price(transaction.max_priority_fee_per_gas);
    let most = price(transaction.max_fee_per_gas);
    let mut blocks = vec![
        line("TYPE", transaction.kind.to_string()),
        line("CHAIN", transaction.chain_id.to_string()),
        line("NONCE", transaction.nonce.to_string()),
        line("TIP", format!("at most {tip} to the proposer")),
        line("PRICE", format!("at most {most} in all")),
        line("GAS", format!("at most {gas} gas")),
        line("TO", address(transaction.to)),
        line("VALUE", wei(transaction.value)),
        data(&transaction.data, true),
    ];
    if transaction.access_list.is_empty() {
        blocks.push(line("ACCESS", "the access list is empty".to_owned()));
    }
    for entry in &transaction.access_list {
        let keys = entry.storage_keys.iter().map(|key| hash(key));
        let lines: Vec<String> = [address(entry.address)].into_iter().chain(keys).collect();
        blocks.push(block("ACCESS", &lines));
    }
    for signed in &transaction.authorizations {
        blocks.extend(of_authorization(&signed.authorization));
        let authority = signed.authority().map_or_else(String::new, address);
        blocks.push(line("AUTHORITY", authority));
    }
    blocks
}

fn of_authorization(authorization: &Authorization) -> Vec<Vec<String>> {
    vec![
        line("FORM", "EIP-7702 authorization".to_owned()),
        line("CHAIN", authorization.chain_id.to_string()),
        line("DELEGATE", address(authorization.address)),
        line("NONCE", authorization.nonce.to_string()),
    ]
}

fn of_safe(safe: &SafeSignable) -> Vec<Vec<String>> {
    let SafeTransaction {
        to,
        value,
        data: bytes,
        operation,
        safe_tx_gas,
        base_gas,
        gas_price,
        gas_token,
        refund_receiver,
        nonce,
    } = &safe.transaction;
    let number = |number: &U256| group_whole(&number.to_string());
    let explained = safe.batch || *operation == Operation::Call;
    vec![
        line("SAFE", address(safe.domain.safe)),
        line("NONCE", nonce.to_string()),
        line("TO", address(*to)),
        line("VALUE", wei(*value)),
        data(bytes, explained),
        block(
            "GAS",
            &[
                format!("safeTxGas {}", number(safe_tx_gas)),
                format!("baseGas {}", number(base_gas)),
                format!("gasPrice {}", number(gas_price)),
                format!("gasToken {}", address(*gas_token)),
                format!("refundReceiver {}", address(*refund_receiver)),
            ],
        ),
        line("DOMAIN", hash(&safe.domain.separator())),
        line("MESSAGE", hash(&safe.transaction.message_hash())),
    ]
}

fn of_document(document: &TypedData) -> Vec<Vec<String>> {
    let mut blocks = vec![
        line("TYPE", document.encode_type()),
        line("CHAIN", document.chain_id().to_string()),
        line("CONTRACT", address(document.verifying_contract())),
    ];
    let parts = [
        ("NAME", document.domain_name()),
        ("VERSION", document.domain_version()),
    ];
    let parts = parts
        .into_iter()
        .filter_map(|(label, part)| Some((label, part?)));
    blocks.extend(
        parts.map(|(label, part)| line(label, format!("\"{}\"", crate::ethereum::escaped(part)))),
    );
    if let Some(salt) = document.domain_salt() {
        blocks.push(line("SALT", hash(&salt)));
    }
    for (path, kind, value) in document.fields() {
        let mut lines = vec![format!("{path} ({kind})")];
        lines.extend(value.lines());
        blocks.push(block("FIELD", &lines));
    }
    blocks.push(line("DOMAIN", hash(&document.domain_separator())));
    blocks.push(line("MESSAGE", hash(&document.message_hash())));
    blocks
}
