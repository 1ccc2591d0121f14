//! Refusals as people read them, one for each kind. Knows the cases of the policy's test files.

use insta::assert_snapshot;

use super::vectors::verdict_of;

fn text(case: &str) -> String {
    verdict_of(case).2.to_string()
}

#[test]
fn a_full_window_says_what_fills_it_and_when_it_fits() {
    assert_snapshot!("window_full", text("POL-10 one satoshi more is refused"));
    assert_snapshot!(
        "window_replaced",
        text("a replacement runs its window anew")
    );
    assert_snapshot!(
        "window_never",
        text("a payment that is more than the limit never fits")
    );
}

#[test]
fn a_full_count_says_how_many() {
    assert_snapshot!("count_full", text("the fourth payment of a day is refused"));
}

#[test]
fn a_conflict_names_the_record() {
    assert_snapshot!("conflict_nonce", text("RPL-02 a nonce is committed once"));
    assert_snapshot!(
        "replacement_other_payments",
        text("BTC-26 a replacement that pays another amount is refused")
    );
    assert_snapshot!(
        "replacement_other_coins",
        text(
            "RPL-03 a replacement shares a coin with every earlier version, not only with the last"
        )
    );
    assert_snapshot!(
        "amount_memory",
        text("BTC-29 BTC-01 a coin with another amount than before is refused")
    );
}

#[test]
fn a_second_payment_of_the_same_says_of_what() {
    assert_snapshot!(
        "reference_twice",
        text("RPL-03 a reference is paid once, also from another wallet")
    );
    assert_snapshot!(
        "amount_twice",
        text(
            "RPL-03 the same amount to the same destination is paid once within the lifetime of a request"
        )
    );
}

#[test]
fn a_tier_and_an_hour_say_what_would_do() {
    assert_snapshot!(
        "tier_none",
        text("POL-12 the sum of a day may be beyond the last tier")
    );
    assert_snapshot!(
        "tier_initiator",
        text("a source that nobody knows cannot be excluded")
    );
    assert_snapshot!("hours", text("POL-17 a day that is not listed is outside"));
}

#[test]
fn a_data_output_says_how_long_it_is() {
    assert_snapshot!(
        "data_output",
        text("BTC-16 one byte more is refused, also behind the first push")
    );
}

#[test]
fn many_records_are_counted_after_twelve() {
    let spent = crate::Spent {
        before: "1 BTC".to_owned(),
        records: (1..=14).collect(),
        since: Some(0),
        this: "1 BTC".to_owned(),
        together: "2 BTC".to_owned(),
        earliest: None,
    };
    let (_, _, mut verdict) = verdict_of("POL-10 one satoshi more is refused");
    for check in &mut verdict.checks {
        check.spent = check.spent.take().map(|_| spent.clone());
    }
    let text = verdict.to_string();
    assert!(
        text.contains("(journal 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 2 more records)"),
        "{text}"
    );
}

#[test]
fn a_payee_that_was_never_paid_is_marked_on_the_last_screen_pol_16() {
    let last = |case: &str| {
        let (policy, review, verdict) = verdict_of(case);
        let screens = review.screens(&policy, &verdict);
        screens.last().unwrap().blocks.concat().join("\n")
    };
    let first = last("other coins are free");
    assert!(!first.contains("NEVER PAID BEFORE"), "{first}");
    let first = last("BTC-16 the word deny is the same");
    assert!(
        first.contains("Example custodian, NEVER PAID BEFORE"),
        "{first}"
    );
}
