//! Every rule of an enrolment, broken once.

use transaction_review::{Class, PolicyError};
use transfer_format::packet::{Enrolment, TokenIdentity};
use transfer_format::seal::{OpenError, SealError};

use super::*;
use crate::fixture::{FakeStation, TestWallet, sealer};

fn fake() -> FakeStation {
    FakeStation::new(0x41, "station-1", &sealer(0x11).public_key())
}

/// Enrols a station after `change` had its way with what it presents.
fn enrolled(change: impl FnOnce(&mut Enrolment)) -> Result<Station, EnrolmentError> {
    let fake = fake();
    let mut enrolment = fake.enrolment();
    change(&mut enrolment);
    let packet = fake.sealed(enrolment).bytes().to_vec();
    Station::establish(
        packet,
        &fake.policy,
        &fake.sealer.public_key(),
        &fake.source,
    )
}

fn refused(change: impl FnOnce(&mut Enrolment)) -> EnrolmentError {
    enrolled(change).unwrap_err()
}

#[test]
fn a_station_whose_enrolment_fits_its_policy_is_trusted() {
    let station = enrolled(|_| ()).unwrap();
    assert_eq!(
        (station.id(), station.environment()),
        ("station-1", "rehearsal")
    );
    assert_eq!(station.key(), &sealer(0x41).public_key());
    assert!(station.is_rehearsal());
    assert_eq!(station.source().map(Source::id), Some("builder-1"));
}

#[test]
fn every_flipped_bit_of_an_enrolment_is_refused_pkt_03() {
    let fake = fake();
    let packet = fake.sealed(fake.enrolment()).bytes().to_vec();
    let key = fake.sealer.public_key();
    for place in 0..packet.len() {
        for bit in 0..8 {
            let mut changed = packet.clone();
            changed[place] ^= 1 << bit;
            let outcome = Station::establish(changed, &fake.policy, &key, &fake.source);
            let class = outcome.unwrap_err().class();
            assert!(
                matches!(class, Class::Format | Class::Authentication),
                "{place}"
            );
        }
    }
}

#[test]
fn an_enrolment_sealed_by_another_key_is_refused() {
    let fake = fake();
    let packet = fake.sealed(fake.enrolment()).bytes().to_vec();
    let other = sealer(0x42).public_key();
    let error = Station::establish(packet, &fake.policy, &other, &fake.source).unwrap_err();
    let (found, expected) = (fake.sealer.public_key().key_id(), other.key_id());
    assert_eq!(
        error,
        EnrolmentError::Seal(OpenError::WrongKey { found, expected })
    );
    assert_eq!(
        (error.code(), error.class()),
        ("E_SEAL_KEY", Class::Authentication)
    );
}

#[test]
fn an_answer_is_not_taken_for_an_enrolment_pkt_04() {
    let fake = fake();
    let notice = fake.sealed(transfer_format::packet::RefusalNotice {
        intent: transfer_format::IntentDigest::of(b"request"),
        station: "station-1".to_owned(),
        code: "E_DECLINED".to_owned(),
        policy_version: 1,
    });
    let key = fake.sealer.public_key();
    let packet = notice.bytes().to_vec();
    let error = Station::establish(packet, &fake.policy, &key, &fake.source).unwrap_err();
    assert_eq!(
        (error.code(), error.class()),
        ("E_PACKET_KIND", Class::Authentication)
    );
}

#[test]
fn an_enrolment_that_names_another_station_key_is_refused() {
    let other = sealer(0x42).public_key();
    let error = EnrolmentError::StationKey {
        found: other.to_string(),
        expected: sealer(0x41).public_key().to_string(),
    };
    assert_eq!(refused(|enrolment| enrolment.station_key = other), error);
}

#[test]
fn a_station_with_another_policy_is_refused() {
    let expected = hexadecimal(&Policy::parse(&fake().policy).unwrap().hash());
    let found = "05".repeat(32);
    let error = EnrolmentError::PolicyHash { found, expected };
    assert_eq!(refused(|enrolment| enrolment.policy_hash = [5; 32]), error);
}

#[test]
fn one_space_more_in_the_policy_is_another_policy() {
    let fake = fake();
    let packet = fake.sealed(fake.enrolment()).bytes().to_vec();
    let (key, policy) = (fake.sealer.public_key(), format!("{} ", fake.policy));
    let error = Station::establish(packet, &policy, &key, &fake.source).unwrap_err();
    assert_eq!(error.code(), "E_POLICY_HASH");
}

#[test]
fn a_file_that_is_no_policy_is_refused() {
    let fake = fake();
    let packet = fake.sealed(fake.enrolment()).bytes().to_vec();
    let key = fake.sealer.public_key();
    let error = Station::establish(packet, "", &key, &fake.source).unwrap_err();
    assert_eq!(error, EnrolmentError::Policy(PolicyError::Empty));
}

#[test]
fn a_station_or_environment_that_the_policy_is_not_for_is_refused_pkt_10() {
    let station = EnrolmentError::Station {
        found: "station-9".to_owned(),
        signers: ["station-1", "station-2", "station-3"]
            .map(str::to_owned)
            .to_vec(),
    };
    assert_eq!(
        refused(|enrolment| enrolment.station = "station-9".to_owned()),
        station
    );
    let environment = EnrolmentError::Environment {
        found: "production".to_owned(),
        expected: "rehearsal".to_owned(),
    };
    let change = |enrolment: &mut Enrolment| enrolment.environment = "production".to_owned();
    assert_eq!(refused(change), environment);
}

#[test]
fn a_policy_without_this_builder_is_refused_pkt_01() {
    let fake = fake();
    let packet = fake.sealed(fake.enrolment()).bytes().to_vec();
    let (key, stranger) = (fake.sealer.public_key(), sealer(0x12).public_key());
    let error = Station::establish(packet, &fake.policy, &key, &stranger);
    let key = stranger.to_string();
    assert_eq!(error, Err(EnrolmentError::Source { key }));
}

#[test]
fn wallets_must_be_those_of_the_policy_no_less_and_no_more() {
    let missing = EnrolmentError::WalletMissing {
        wallet: "eth-cold".to_owned(),
    };
    assert_eq!(refused(|enrolment| drop(enrolment.wallets.pop())), missing);
    let unknown = EnrolmentError::WalletUnknown {
        wallet: "eth-warm".to_owned(),
    };
    let rename =
        |enrolment: &mut Enrolment| "eth-warm".clone_into(&mut enrolment.wallets[1].wallet);
    assert_eq!(refused(rename), unknown);
}

#[test]
fn a_wallet_key_other_than_the_registered_one_is_refused() {
    let registered = fake().enrolment().wallets[0].key.to_string();
    let other = sealer(0x23).public_key();
    let error = EnrolmentError::WalletKey {
        wallet: "btc-cold".to_owned(),
        found: other.to_string(),
        expected: registered,
    };
    assert_eq!(refused(|enrolment| enrolment.wallets[0].key = other), error);
}

#[test]
fn a_wallet_in_another_token_is_refused() {
    let error = EnrolmentError::Token {
        wallet: "btc-cold".to_owned(),
        found: "station-9".to_owned(),
        expected: "station-1".to_owned(),
    };
    let change = |enrolment: &mut Enrolment| {
        enrolment.token = TokenIdentity {
            serial: "station-9".to_owned(),
            ..enrolment.token.clone()
        };
    };
    assert_eq!(refused(change), error);
}

#[test]
fn a_key_of_doubtful_origin_is_refused_whatever_class_is_claimed() {
    type Change = fn(&mut KeyEvidence);
    let changes: [(&str, Change); 13] = [
        ("CKA_LOCAL", |evidence| evidence.local = Some(false)),
        ("CKA_LOCAL", |evidence| evidence.local = None),
        ("CKA_KEY_GEN_MECHANISM", |evidence| {
            evidence.key_generation_mechanism = None;
        }),
        ("CKA_KEY_GEN_MECHANISM", |evidence| {
            evidence.key_generation_mechanism = Some(0);
        }),
        ("CKA_SENSITIVE", |evidence| evidence.sensitive = Some(false)),
        ("CKA_SENSITIVE", |evidence| evidence.sensitive = None),
        ("CKA_EXTRACTABLE", |evidence| {
            evidence.extractable = Some(true);
        }),
        ("CKA_EXTRACTABLE", |evidence| evidence.extractable = None),
        ("CKA_NEVER_EXTRACTABLE", |evidence| {
            evidence.never_extractable = Some(false);
        }),
        ("CKA_NEVER_EXTRACTABLE", |evidence| {
            evidence.never_extractable = None;
        }),
        ("CKA_ALWAYS_SENSITIVE", |evidence| {
            evidence.always_sensitive = Some(false);
        }),
        ("CKA_ALWAYS_SENSITIVE", |evidence| {
            evidence.always_sensitive = None;
        }),
        ("the class", |evidence| {
            evidence.class = "born-then-locked".to_owned();
        }),
    ];
    for (attribute, change) in changes {
        let mut class = String::new();
        let error = refused(|enrolment| {
            change(&mut enrolment.wallets[1].evidence);
            class.clone_from(&enrolment.wallets[1].evidence.class);
        });
        let wallet = "eth-cold".to_owned();
        assert_eq!(
            error,
            EnrolmentError::Origin {
                wallet,
                class,
                attribute,
                expected: "hsm-born",
            }
        );
    }
}

#[test]
fn an_account_is_of_a_sealed_seed_and_claims_to_be_no_more() {
    let wallet = TestWallet::account();
    let source = sealer(0x11).public_key();
    let fake = FakeStation::with_wallet((0x41, "station-1"), &source, &wallet, 0);
    let enrolled = |change: &dyn Fn(&mut KeyEvidence)| {
        let mut enrolment = fake.enrolment();
        change(&mut enrolment.wallets[0].evidence);
        let packet = fake.sealed(enrolment).bytes().to_vec();
        let key = fake.sealer.public_key();
        Station::establish(packet, &fake.policy, &key, &fake.source).map(drop)
    };
    let refused = |class: &str, attribute| {
        Err(EnrolmentError::Origin {
            wallet: "btc-cold".to_owned(),
            class: class.to_owned(),
            attribute,
            expected: "sealed-seed",
        })
    };
    assert_eq!(enrolled(&|_| ()), Ok(()));
    let unknown = |evidence: &mut KeyEvidence| {
        evidence.local = None;
        evidence.key_generation_mechanism = None;
    };
    assert_eq!(enrolled(&unknown), Ok(()));
    for class in ["hsm-born", "imported", "unknown"] {
        let claimed = enrolled(&|evidence| evidence.class = class.to_owned());
        assert_eq!(claimed, refused(class, "the class"));
    }
    let extractable = enrolled(&|evidence| evidence.extractable = Some(true));
    assert_eq!(extractable, refused("sealed-seed", "CKA_EXTRACTABLE"));
    let sensitive = enrolled(&|evidence| evidence.sensitive = Some(false));
    assert_eq!(sensitive, refused("sealed-seed", "CKA_SENSITIVE"));
}

#[test]
fn a_changed_seal_is_a_wrong_signature() {
    let fake = fake();
    let mut packet = fake.sealed(fake.enrolment()).bytes().to_vec();
    // The last byte is the last of s.
    let last = packet.len() - 1;
    packet[last] ^= 1;
    let key = fake.sealer.public_key();
    let error = Station::establish(packet, &fake.policy, &key, &fake.source);
    let wrong = OpenError::Seal(SealError::WrongSignature);
    assert_eq!(error, Err(EnrolmentError::Seal(wrong)));
}

#[test]
fn the_words_of_a_key_are_those_of_its_id() {
    let key = sealer(0x41).public_key();
    let mut digest = [0; 32];
    digest[..16].copy_from_slice(key.key_id().as_bytes());
    assert_eq!(key_words(&key), DigestWords::of(&digest));
    assert_ne!(key_words(&key), key_words(&sealer(0x42).public_key()));
}
