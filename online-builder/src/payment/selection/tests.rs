//! Every choice is held against sums of its own: enough, not too much, and the same every time.

use proptest::prelude::*;

use super::*;

/// P2WPKH inputs, one P2WPKH output, P2WPKH change.
fn weights() -> Weights {
    Weights {
        input: 164 + 108,
        outputs: 31 * 4,
        output_count: 1,
        change: 31 * 4,
        change_dust: 294,
        is_segwit: true,
    }
}

fn target<'a>(weights: &'a Weights, outputs: u64, rate: &str) -> Target<'a> {
    Target {
        weights,
        outputs,
        rate: rate.parse().unwrap(),
        replaced_fee: None,
        max_inputs: 1_000,
    }
}

fn coins(values: &[u64]) -> Vec<Candidate> {
    let coin = |value: &u64| Candidate {
        value: *value,
        required: false,
    };
    values.iter().map(coin).collect()
}

fn chosen(selection: &Selection) -> Vec<usize> {
    selection.chosen.iter().copied().collect()
}

#[test]
fn a_coin_that_fits_exactly_is_spent_without_change() {
    let weights = weights();
    // 110 virtual bytes of one input and one output at 10 sat/vB.
    let selection = target(&weights, 50_000, "10 sat/vB")
        .select(&coins(&[1_000_000, 51_100, 70_000]))
        .unwrap();
    assert_eq!(chosen(&selection), [1]);
    assert_eq!(selection.change_sat, None);
}

#[test]
fn change_is_what_is_left_after_the_exact_fee() {
    let weights = weights();
    let selection = target(&weights, 50_000, "10 sat/vB")
        .select(&coins(&[1_000_000]))
        .unwrap();
    // 141 virtual bytes of one input and two outputs.
    assert_eq!(selection.change_sat, Some(1_000_000 - 50_000 - 1_410));
}

#[test]
fn change_that_is_dust_or_costs_more_than_it_is_worth_goes_to_the_fee() {
    let weights = weights();
    let change = |rate: &str, coin: u64| {
        let selection = target(&weights, 50_000, rate).select(&coins(&[coin]));
        selection.unwrap().change_sat
    };
    // At 1 sat/vB the bound is dust, at 10 sat/vB the cost of spending it: 68 virtual bytes.
    assert_eq!(change("1 sat/vB", 50_000 + 141 + 294), Some(294));
    assert_eq!(change("1 sat/vB", 50_000 + 141 + 293), None);
    assert_eq!(change("10 sat/vB", 50_000 + 1_410 + 680), Some(680));
    assert_eq!(change("10 sat/vB", 50_000 + 1_410 + 679), None);
}

#[test]
fn one_satoshi_too_little_is_refused_with_the_figures() {
    let weights = weights();
    let target = target(&weights, 50_000, "10 sat/vB");
    assert_eq!(chosen(&target.select(&coins(&[51_100])).unwrap()), [0]);
    let error = PaymentError::Funds {
        available: 51_099,
        coins: 1,
        needed: 50_000,
        fee: 1_100,
    };
    assert_eq!(target.select(&coins(&[51_099])), Err(error.clone()));
    insta::assert_snapshot!(error, @"the wallet's free coins do not suffice: 1 of them are worth 0.000 510 99 BTC (51 099 sat), and 0.000 500 00 BTC (50 000 sat) are needed for the payments and 0.000 011 00 BTC (1 100 sat) for the fee, 0.000 000 01 BTC (1 sat) more than there is. Coins that other requests spend, and those that cost more than they are worth, are not counted");
    let none = PaymentError::Funds {
        available: 0,
        coins: 0,
        needed: 50_000,
        fee: 1_100,
    };
    assert_eq!(target.select(&[]), Err(none));
}

#[test]
fn a_coin_that_costs_more_than_it_is_worth_is_left_alone() {
    let weights = weights();
    // An input has 68 virtual bytes.
    let target = target(&weights, 50_000, "10 sat/vB");
    let selection = target.select(&coins(&[60_000, 680, 681])).unwrap();
    assert!(!selection.chosen.contains(&1), "{selection:?}");
}

#[test]
fn what_is_replaced_is_spent_again_and_paid_better() {
    let weights = weights();
    let mut target = target(&weights, 50_000, "1 sat/vB");
    target.replaced_fee = Some(2_000);
    let mut coins = coins(&[1_000_000, 100_000]);
    coins[1].required = true;
    let selection = target.select(&coins).unwrap();
    assert_eq!(chosen(&selection), [1]);
    assert_eq!(selection.change_sat, Some(100_000 - 50_000 - 2_000 - 141));
}

#[test]
fn where_inputs_are_few_the_largest_coins_are_taken() {
    let weights = weights();
    let mut target = target(&weights, 100_000, "1 sat/vB");
    target.max_inputs = 2;
    let values = [20_100, 20_100, 20_100, 20_100, 20_410, 60_000, 70_000];
    let selection = target.select(&coins(&values)).unwrap();
    assert_eq!(chosen(&selection), [5, 6]);
}

#[test]
fn ten_thousand_coins_are_no_trouble() {
    let weights = weights();
    let values: Vec<u64> = (0..10_000)
        .map(|number| 1_000 + number * 37 % 9_001)
        .collect();
    let target = target(&weights, 1_000_000, "3 sat/vB");
    let selection = target.select(&coins(&values)).unwrap();
    assert!(selection.chosen.len() < 200, "{}", selection.chosen.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn a_choice_pays_outputs_and_fee_and_gives_back_the_rest(
        values in prop::collection::vec(1..5_000_000_u64, 1..40),
        outputs in 1_000..20_000_000_u64,
        rate in 1..500_000_u32,
        required in any::<prop::sample::Index>(),
        replaces in any::<bool>(),
    ) {
        let weights = weights();
        let mut coins = coins(&values);
        let rate = format!("{}.{:03} sat/vB", rate / 1_000, rate % 1_000);
        let mut target = target(&weights, outputs, &rate);
        if replaces {
            let required = required.index(coins.len());
            coins[required].required = true;
            target.replaced_fee = Some(1_000);
        }
        let selected = target.select(&coins);
        prop_assert_eq!(&target.select(&coins), &selected);
        match selected {
            Ok(Selection { chosen, change_sat }) => {
                let available: u64 = chosen.iter().map(|position| values[*position]).sum();
                let fee = available - outputs - change_sat.unwrap_or(0);
                let least = target.fee(chosen.len(), change_sat.is_some());
                prop_assert!(fee >= least);
                // No more than the change that was not worth an output.
                let slack = if change_sat.is_some() {
                    0
                } else {
                    target.least_change() + target.fee(chosen.len(), true) - least
                };
                prop_assert!(fee <= least + slack);
                for (position, coin) in coins.iter().enumerate() {
                    prop_assert!(!coin.required || chosen.contains(&position));
                }
            }
            Err(error) => {
                let usable = target.usable(&coins);
                let available: u64 = usable.iter().map(|position| values[*position]).sum();
                let fee = target.fee(usable.len().max(1), false);
                let coins = usable.len();
                let needed = outputs;
                prop_assert!(available < outputs + fee);
                prop_assert_eq!(error, PaymentError::Funds { available, coins, needed, fee });
            }
        }
    }
}
