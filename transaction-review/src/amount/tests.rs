//! How amounts are read and written, and what is not one. Knows nothing of limits.

use alloy_primitives::U256;
use proptest::prelude::*;

use super::{Amount, AmountError, Asset};

const ETHER: Asset = Asset::Ether { chain_id: 1 };

#[test]
fn an_amount_is_written_in_both_units_with_every_digit() {
    let text = |amount: Amount| amount.to_string();
    assert_eq!(
        text(Amount::satoshis(123_456_789_012)),
        "1 234.567 890 12 BTC (123 456 789 012 sat)"
    );
    assert_eq!(text(Amount::satoshis(0)), "0.000 000 00 BTC (0 sat)");
    assert_eq!(
        text(Amount::new(ETHER, U256::from(50_000_000_000_000_000_u64))),
        "0.050 000 000 000 000 000 ETH (50 000 000 000 000 000 wei)"
    );
}

#[test]
fn an_amount_that_is_not_digits_and_a_unit_is_refused_pol_07() {
    for text in [
        "",
        "1",
        " 1 BTC",
        "1.1",
        "1,5 BTC",
        "1e18 BTC",
        "+1 BTC",
        "-1 BTC",
        "1. BTC",
        ".5 BTC",
        "01 BTC",
        "1_000 BTC",
        "0x10 BTC",
        "1.2.3 BTC",
        "nan BTC",
        "1BTC",
    ] {
        let refusal = Amount::parse(Asset::Bitcoin, text);
        assert_eq!(
            refusal,
            Err(AmountError::Grammar {
                found: text.to_owned()
            }),
            "{text}"
        );
    }
}

#[test]
fn a_unit_of_another_asset_is_refused_pol_07() {
    for (asset, text) in [
        (Asset::Bitcoin, "1 ETH"),
        (Asset::Bitcoin, "1 btc"),
        (Asset::Bitcoin, "1 BTC "),
        (Asset::Bitcoin, "1 "),
        (Asset::Bitcoin, "1  BTC"),
        (Asset::Bitcoin, "1 wei"),
        (ETHER, "1 BTC"),
        (ETHER, "1 sat"),
        (ETHER, "1 Ether"),
    ] {
        let refusal = AmountError::Unit {
            found: text.to_owned(),
            asset,
        };
        assert_eq!(Amount::parse(asset, text), Err(refusal));
    }
}

#[test]
fn digits_below_the_smallest_unit_are_refused_pol_07() {
    assert_eq!(
        Amount::parse(Asset::Bitcoin, "0.00000001 BTC"),
        Ok(Amount::satoshis(1))
    );
    let refusal = AmountError::Precision {
        found: "0.000000001 BTC".to_owned(),
        decimals: 8,
    };
    assert_eq!(
        Amount::parse(Asset::Bitcoin, "0.000000001 BTC"),
        Err(refusal)
    );
    let refusal = AmountError::Precision {
        found: "0.5 sat".to_owned(),
        decimals: 0,
    };
    assert_eq!(Amount::parse(Asset::Bitcoin, "0.5 sat"), Err(refusal));
}

#[test]
fn more_than_can_exist_is_refused_at_the_last_unit_eth_29() {
    let most = U256::MAX.to_string();
    assert_eq!(
        Amount::parse(ETHER, &format!("{most} wei")),
        Ok(Amount::new(ETHER, U256::MAX))
    );
    let over = format!("{}6 wei", most.strip_suffix('5').unwrap());
    assert_eq!(
        Amount::parse(ETHER, &over),
        // 78 digits and the unit are two characters more than a refusal repeats.
        Err(AmountError::TooLarge {
            found: format!("{}...", over.get(..77).unwrap())
        })
    );
    assert!(Amount::parse(Asset::Bitcoin, "21000000 BTC").is_ok());
    let over = "21000000.00000001 BTC".to_owned();
    assert_eq!(
        Amount::parse(Asset::Bitcoin, &over),
        Err(AmountError::TooLarge {
            found: over.clone()
        })
    );
}

#[test]
fn ten_ether_in_wei_is_more_than_an_integer_of_toml_holds_eth_29() {
    let ten = Amount::parse(ETHER, "10 ETH").unwrap();
    assert_eq!(ten.units(), U256::from(10_000_000_000_000_000_000_u64));
    assert_eq!(
        ten,
        Amount::parse(ETHER, "10000000000000000000 wei").unwrap()
    );
    assert_eq!(ten, Amount::parse(ETHER, "10000000000 gwei").unwrap());
}

#[test]
fn an_asset_is_named_in_one_way_only() {
    assert_eq!(Asset::parse("BTC"), Some(Asset::Bitcoin));
    assert_eq!(Asset::parse("ETH@1"), Some(ETHER));
    for text in [
        "btc",
        "ETH",
        "ETH@",
        "ETH@0",
        "ETH@01",
        "ETH@+1",
        "ETH@0x1",
        "ETH@18446744073709551616",
    ] {
        assert_eq!(Asset::parse(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(satoshis in 0..=super::MAX_SATOSHIS) {
        let amount = Amount::satoshis(satoshis);
        let text = amount.to_string();
        let (long, short) = text.split_once('(').unwrap();
        let plain = |part: &str, unit: &str| format!("{} {unit}", part.replace([' ', ')'], "").replace(unit, ""));
        prop_assert_eq!(Amount::parse(Asset::Bitcoin, &plain(long, "BTC")).unwrap(), amount);
        prop_assert_eq!(Amount::parse(Asset::Bitcoin, &plain(short, "sat")).unwrap(), amount);
    }
}
