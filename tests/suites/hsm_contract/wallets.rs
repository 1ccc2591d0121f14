//! What the signer makes of a policy's wallets: single keys and accounts, proven in a real token.
//! The policy's own text is not read here.

use hsm_adapter::{AccountMismatch, AccountPublic, PathError, SeedError, SeedSpec};
use offline_signer::tokens::{ProvenWallet, RegisteredWallet, TokenRefusal};
use transaction_review::{AccountKey, WalletKey};

use super::*;

fn of_account(serial: &str, account: &AccountPublic) -> WalletKey {
    let account = account.account();
    WalletKey {
        token_serial: serial.to_owned(),
        cka_id: vec![1],
        public_key: *account.public_key.compressed(),
        account: Some(AccountKey {
            chain_code: account.chain_code,
            fingerprint: account.fingerprint,
            path: account.path.steps().to_vec(),
        }),
    }
}

#[test]
fn a_wallet_of_an_account_is_proven_and_counts_as_a_sealed_seed() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        unlocked
            .create_seed(&SeedSpec::new(id(1), "treasury").unwrap())
            .unwrap();
        let account = unlocked
            .account(&id(1), &"84h/0h/0h".parse().unwrap())
            .unwrap();
        let wallet = of_account(&serial, &account);
        let registered = RegisteredWallet::try_from(&wallet).unwrap();
        let proven = registered.prove(&unlocked).unwrap();
        assert!(matches!(proven, ProvenWallet::Account(_)));
        assert_eq!(proven.public_key(), &account.account().public_key);
        assert_eq!(proven.class(), OriginClass::SealedSeed);
        assert_eq!(proven.evidence().class(), OriginClass::Imported);
    });
}

#[test]
fn a_wallet_of_one_key_is_proven_and_counts_as_born_in_the_token() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        let key = born(&mut unlocked, 1, Curve::Secp256k1);
        let wallet = WalletKey {
            token_serial: serial,
            cka_id: vec![1],
            public_key: *key.public_key().compressed(),
            account: None,
        };
        let registered = RegisteredWallet::try_from(&wallet).unwrap();
        let proven = registered.prove(&unlocked).unwrap();
        assert_eq!(proven.public_key(), key.public_key());
        assert_eq!(proven.evidence(), key.evidence());
        assert_eq!(proven.class(), OriginClass::HsmBorn);
    });
}

#[test]
fn an_account_of_another_seed_is_an_alert_hsm_02() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let mut unlocked = unlock(&module, &serial);
        unlocked
            .create_seed(&SeedSpec::new(id(1), "treasury").unwrap())
            .unwrap();
        let account = unlocked
            .account(&id(1), &"84h/0h/0h".parse().unwrap())
            .unwrap();
        let found = account.account().fingerprint;
        let mut wallet = of_account(&serial, &account);
        wallet.account.as_mut().unwrap().fingerprint = [0; 4];
        let registered = RegisteredWallet::try_from(&wallet).unwrap();
        let refusal = registered.prove(&unlocked).unwrap_err();
        assert_eq!(
            refusal,
            TokenRefusal::Seed(SeedError::WrongAccount {
                id: id(1),
                mismatch: AccountMismatch::Fingerprint {
                    expected: [0; 4],
                    found
                }
            })
        );
        assert_eq!(refusal.code(), "E_HSM_WRONGKEY");
        assert!(refusal.is_alert());
    });
}

#[test]
fn an_account_whose_path_is_not_hardened_is_no_wallet() {
    let (_pem, key) = foreign_key(1);
    let wallet = WalletKey {
        token_serial: "1234".to_owned(),
        cka_id: vec![1],
        public_key: *key.compressed(),
        account: Some(AccountKey {
            chain_code: [1; 32],
            fingerprint: [2; 4],
            path: vec![0x8000_0054, 0],
        }),
    };
    assert_eq!(
        RegisteredWallet::try_from(&wallet),
        Err(TokenRefusal::Path(PathError::NotHardened { step: 0 }))
    );
}
