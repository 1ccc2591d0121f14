//! What is built for Ethereum: transactions, a Safe's, documents, texts and delegations.
//! Knows the command line, nothing of encodings.

use std::path::Path;

use super::{Desk, Wanted, build};
use crate::arguments::{OrderArguments, SafeArguments, TransferArguments};
use crate::commands::input;
use crate::failure::Failure;
use crate::request::{
    SafeCall, Transfer, from_delegation, from_message, from_safe_call, from_safe_json,
    from_transfer, from_typed_data, safe_of,
};

pub(in crate::commands) fn ethereum(
    desk: &mut Desk<'_, '_>,
    order: &OrderArguments,
    transfer: TransferArguments,
) -> Result<(), Failure> {
    let typed = Transfer {
        chain: transfer.chain,
        nonce: transfer.nonce,
        to: transfer.to,
        value: transfer.value,
        data: transfer.data,
        gas_limit: transfer.gas_limit,
        max_fee: transfer.max_fee,
        tip: transfer.tip,
    };
    build(desk, &Wanted::of(order), |_, station| {
        Ok(from_transfer(station.policy(), &typed)?)
    })
}

pub(in crate::commands) fn safe(
    desk: &mut Desk<'_, '_>,
    order: &OrderArguments,
    source: SafeArguments,
) -> Result<(), Failure> {
    let file = source.json_file.map(|path| input::document(&path));
    let file = file.transpose()?;
    let typed = SafeCall {
        to: source.to.unwrap_or_default(),
        value: source.value.unwrap_or_default(),
        data: source.data,
        nonce: source.nonce.unwrap_or_default(),
    };
    build(desk, &Wanted::of(order), |_, station| {
        let policy = station.policy();
        let safe = safe_of(policy, &order.wallet)?;
        Ok(match &file {
            Some(bytes) => from_safe_json(safe, bytes)?,
            None => from_safe_call(policy, safe, &typed)?,
        })
    })
}

pub(in crate::commands) fn typed_data(
    desk: &mut Desk<'_, '_>,
    order: &OrderArguments,
    document: &Path,
) -> Result<(), Failure> {
    let bytes = input::document(document)?;
    build(desk, &Wanted::of(order), |_, _| {
        Ok(from_typed_data(&bytes)?)
    })
}

pub(in crate::commands) fn message(
    desk: &mut Desk<'_, '_>,
    order: &OrderArguments,
    text: &str,
) -> Result<(), Failure> {
    build(desk, &Wanted::of(order), |_, _| Ok(from_message(text)?))
}

pub(in crate::commands) fn delegation(
    desk: &mut Desk<'_, '_>,
    order: &OrderArguments,
    (chain, nonce, to): (u64, u64, &str),
) -> Result<(), Failure> {
    build(desk, &Wanted::of(order), |_, _| {
        Ok(from_delegation(chain, nonce, to)?)
    })
}
