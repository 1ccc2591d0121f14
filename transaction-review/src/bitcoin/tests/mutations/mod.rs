//! Structured mutation: an honest request of a random wallet with one to three lies. Either it is
//! refused, or everything that the review says holds for the bytes as they are: an oracle that
//! shares no code with the review finds it again, and the signatures make the transaction shown.
//!
//! Knows the lies of [`lie`] and the oracle of [`oracle`].

mod lie;
mod oracle;

use std::sync::LazyLock;

use proptest::prelude::*;

use self::lie::{Draft, LIES};
use super::wallets::{Out, TestWallet, all};
use crate::Policy;
use crate::fixture::{CUSTODIAN, review_bitcoin, script_of};

/// Every wallet with the policies of the stations that sign for it.
static WALLETS: LazyLock<Vec<(TestWallet, Vec<Policy>)>> = LazyLock::new(|| {
    let with_policies = |wallet: TestWallet| {
        let stations = 0..wallet.threshold;
        let policies = stations.map(|position| wallet.policy(position)).collect();
        (wallet, policies)
    };
    all().into_iter().map(with_policies).collect()
});

/// An honest request: some coins at some places, some payments, change.
fn honest(wallet: &TestWallet, places: &[(u32, u32)], payments: usize) -> Draft {
    let coins: Vec<_> = places
        .iter()
        .map(|(branch, index)| (*branch, *index, 1_000_000))
        .collect();
    let mut outputs = vec![Out::Pay(script_of(CUSTODIAN), 100_000); payments];
    outputs.push(Out::Back(1, 5, 400_000));
    Draft::new(wallet.request(&coins, &outputs))
}

fn places() -> impl Strategy<Value = Vec<(u32, u32)>> {
    proptest::collection::btree_set((0_u32..2, 0_u32..40), 1..4)
        .prop_map(|places| places.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn a_request_with_lies_is_refused_or_reviewed_as_what_it_is_btc_01_btc_34(
        wallet in any::<prop::sample::Index>(),
        places in places(),
        payments in 1_usize..4,
        lies in proptest::collection::vec((0..LIES.len(), any::<u32>()), 1..4),
        is_version_two in any::<bool>(),
    ) {
        let (wallet, policies) = wallet.get(&WALLETS);
        let mut draft = honest(wallet, &places, payments);
        for (lie, number) in &lies {
            LIES[*lie](&mut draft, wallet, *number);
        }
        let (bytes, proofs) = draft.encode(is_version_two);
        let reviews: Vec<_> = policies
            .iter()
            .map(|policy| review_bitcoin(policy, &bytes, &proofs))
            .collect();
        match reviews.into_iter().collect::<Result<Vec<_>, _>>() {
            Err(refusal) => prop_assert_eq!(refusal.code().class().exit_code(), 13),
            Ok(reviews) => oracle::check(wallet, &reviews, &bytes, &proofs),
        }
    }

    /// Without lies everything is accepted, so the oracle is not asked about refusals only.
    #[test]
    fn an_honest_request_is_reviewed_in_both_versions(
        wallet in any::<prop::sample::Index>(),
        places in places(),
        payments in 1_usize..4,
        is_version_two in any::<bool>(),
    ) {
        let (wallet, policies) = wallet.get(&WALLETS);
        let (bytes, proofs) = honest(wallet, &places, payments).encode(is_version_two);
        let reviews: Vec<_> = policies
            .iter()
            .map(|policy| review_bitcoin(policy, &bytes, &proofs).unwrap())
            .collect();
        oracle::check(wallet, &reviews, &bytes, &proofs);
    }
}

/// 512 in every run; `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(512)
}
