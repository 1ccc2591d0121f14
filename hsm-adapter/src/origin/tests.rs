//! What is concluded from a key's attributes; the table of cases is measured on real tokens.

use super::*;

const BORN: OriginEvidence = OriginEvidence {
    local: Some(true),
    never_extractable: Some(true),
    always_sensitive: Some(true),
    sensitive: Some(true),
    extractable: Some(false),
    key_generation_mechanism: Some(OriginEvidence::EC_KEY_PAIR_GENERATION),
};

const SIGN_ONLY: Usage = Usage {
    sign: Some(true),
    sign_recover: Some(false),
    decrypt: Some(false),
    unwrap: Some(false),
    derive: Some(false),
    modifiable: Some(false),
    copyable: Some(false),
    destroyable: Some(false),
};

#[test]
fn a_key_is_classed_by_what_the_token_says_of_its_past() {
    let cases = [
        (BORN, OriginClass::HsmBorn),
        (
            OriginEvidence {
                never_extractable: Some(false),
                ..BORN
            },
            OriginClass::BornThenLocked,
        ),
        (
            OriginEvidence {
                never_extractable: Some(false),
                always_sensitive: Some(false),
                ..BORN
            },
            OriginClass::BornThenLocked,
        ),
        (
            OriginEvidence {
                local: Some(false),
                never_extractable: Some(false),
                always_sensitive: Some(false),
                key_generation_mechanism: None,
                ..BORN
            },
            OriginClass::Imported,
        ),
        (
            OriginEvidence {
                extractable: Some(true),
                ..BORN
            },
            OriginClass::Unknown,
        ),
        (
            OriginEvidence {
                sensitive: Some(false),
                ..BORN
            },
            OriginClass::Unknown,
        ),
        (
            OriginEvidence {
                key_generation_mechanism: Some(0x1041),
                ..BORN
            },
            OriginClass::Unknown,
        ),
        (OriginEvidence::default(), OriginClass::Unknown),
    ];
    for (evidence, class) in cases {
        assert_eq!(evidence.class(), class, "{evidence:?}");
    }
}

#[test]
fn evidence_with_anything_missing_is_never_born() {
    let missing = [
        OriginEvidence {
            local: None,
            ..BORN
        },
        OriginEvidence {
            never_extractable: None,
            ..BORN
        },
        OriginEvidence {
            always_sensitive: None,
            ..BORN
        },
        OriginEvidence {
            sensitive: None,
            ..BORN
        },
        OriginEvidence {
            extractable: None,
            ..BORN
        },
        OriginEvidence {
            key_generation_mechanism: None,
            ..BORN
        },
    ];
    for evidence in missing {
        assert_eq!(evidence.class(), OriginClass::Unknown, "{evidence:?}");
    }
}

#[test]
fn the_words_for_the_classes_are_told_apart_and_fit_a_packet() {
    let words = [
        OriginClass::HsmBorn,
        OriginClass::BornThenLocked,
        OriginClass::Imported,
        OriginClass::Unknown,
    ]
    .map(|class| class.to_string());
    assert_eq!(
        words,
        ["hsm-born", "born-then-locked", "imported", "unknown"]
    );
}

#[test]
fn a_key_that_only_signs_and_never_leaves_is_safe() {
    let attributes = Attributes {
        origin: BORN,
        usage: SIGN_ONLY,
    };
    assert_eq!(attributes.unsafe_ones(), UnsafeAttributes::default());
}

#[test]
fn each_unsafe_attribute_is_named_hsm_12() {
    type Setter = fn(&mut Attributes, Option<bool>);
    let cases: [(&str, bool, Setter); 13] = [
        ("CKA_SENSITIVE", true, |key, flag| {
            key.origin.sensitive = flag;
        }),
        ("CKA_EXTRACTABLE", false, |key, flag| {
            key.origin.extractable = flag;
        }),
        ("CKA_LOCAL", true, |key, flag| key.origin.local = flag),
        ("CKA_NEVER_EXTRACTABLE", true, |key, flag| {
            key.origin.never_extractable = flag;
        }),
        ("CKA_ALWAYS_SENSITIVE", true, |key, flag| {
            key.origin.always_sensitive = flag;
        }),
        ("CKA_SIGN", true, |key, flag| key.usage.sign = flag),
        ("CKA_SIGN_RECOVER", false, |key, flag| {
            key.usage.sign_recover = flag;
        }),
        ("CKA_DECRYPT", false, |key, flag| key.usage.decrypt = flag),
        ("CKA_UNWRAP", false, |key, flag| key.usage.unwrap = flag),
        ("CKA_DERIVE", false, |key, flag| key.usage.derive = flag),
        ("CKA_MODIFIABLE", false, |key, flag| {
            key.usage.modifiable = flag;
        }),
        ("CKA_COPYABLE", false, |key, flag| key.usage.copyable = flag),
        ("CKA_DESTROYABLE", false, |key, flag| {
            key.usage.destroyable = flag;
        }),
    ];
    for (name, expected, set) in cases {
        let mut attributes = Attributes {
            origin: BORN,
            usage: SIGN_ONLY,
        };
        let found = Some(!expected);
        set(&mut attributes, found);
        let fault = UnsafeAttribute {
            name,
            found,
            expected,
        };
        assert_eq!(attributes.unsafe_ones(), UnsafeAttributes(vec![fault]));
    }
}

#[test]
fn a_token_that_says_nothing_has_every_attribute_unsafe_but_the_newer_two_hsm_12() {
    let names: Vec<_> = Attributes::default()
        .unsafe_ones()
        .as_slice()
        .iter()
        .map(|found| found.name)
        .collect();
    assert_eq!(names.len(), 11);
    assert!(!names.contains(&"CKA_COPYABLE"));
    assert!(!names.contains(&"CKA_DESTROYABLE"));
}

#[test]
fn unsafe_attributes_are_listed_for_an_operator_hsm_12() {
    let usage = Usage {
        decrypt: Some(true),
        derive: None,
        ..SIGN_ONLY
    };
    assert_eq!(
        Attributes {
            origin: BORN,
            usage
        }
        .unsafe_ones()
        .to_string(),
        "CKA_DECRYPT is true and must be false, CKA_DERIVE is unknown and must be false"
    );
}
