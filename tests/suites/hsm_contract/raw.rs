//! A second PKCS#11 reader and writer beside the code under test: what an attacker with the PIN has.
//! It knows the format of a sealed seed from its description, not from its code.

use std::mem;

use cryptoki::context::Pkcs11;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use hsm_adapter::{SeedError, Unlocked};
use integration_tests::softhsm::module_path;

use super::id;

pub(crate) const AES_KEY_GENERATION: MechanismType = MechanismType::AES_KEY_GEN;

/// A session of its own in the library that the code under test has loaded, under its login.
pub(crate) struct Reader(Session);

impl Reader {
    pub(crate) fn new(serial: &str) -> Self {
        let pkcs11 = Pkcs11::new(module_path()).unwrap();
        let slot = pkcs11
            .get_slots_with_token()
            .unwrap()
            .into_iter()
            .find(|slot| {
                let info = pkcs11.get_token_info(*slot).unwrap();
                info.serial_number() == serial
            });
        Self(pkcs11.open_rw_session(slot.unwrap()).unwrap())
    }

    pub(crate) fn find(&self, template: &[Attribute]) -> Vec<ObjectHandle> {
        self.0.find_objects(template).unwrap()
    }

    pub(crate) fn attribute(&self, object: ObjectHandle, kind: AttributeType) -> Option<Attribute> {
        let mut found = self.0.get_attributes(object, &[kind]).unwrap();
        found.pop()
    }

    pub(crate) fn can_destroy(&self, object: ObjectHandle) -> bool {
        self.0.destroy_object(object).is_ok()
    }

    /// The one sealed seed of the token.
    pub(crate) fn sealed_seed(&self) -> Vec<u8> {
        let [seed] = self.find(&[Attribute::Class(ObjectClass::DATA)])[..] else {
            panic!("one data object");
        };
        let Some(Attribute::Value(bytes)) = self.attribute(seed, AttributeType::Value) else {
            panic!("a data object has a value");
        };
        bytes
    }

    /// Puts bytes where a sealed seed belongs.
    pub(crate) fn store(&self, byte: u8, sealed: &[u8]) {
        let template = [
            Attribute::Class(ObjectClass::DATA),
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Application(b"coldsign/sealed-seed/v1".to_vec()),
            Attribute::Label(format!("{byte:02x}").into_bytes()),
            Attribute::Value(sealed.to_vec()),
        ];
        self.0.create_object(&template).unwrap();
    }

    /// A sealing key as it has to be, but for the attributes that are `other`.
    pub(crate) fn sealing_key(&self, byte: u8, label: &str, other: &[Attribute]) -> ObjectHandle {
        let mut template = vec![
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Id(vec![byte]),
            Attribute::Label(label.as_bytes().to_vec()),
            Attribute::ValueLen(32.into()),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Encrypt(true),
            Attribute::Decrypt(true),
            Attribute::Sign(false),
            Attribute::Verify(false),
            Attribute::Wrap(false),
            Attribute::Unwrap(false),
            Attribute::Derive(false),
            Attribute::Modifiable(false),
            Attribute::Copyable(false),
            Attribute::Destroyable(false),
        ];
        for changed in other {
            let place = template
                .iter_mut()
                .find(|given| mem::discriminant(*given) == mem::discriminant(changed));
            *place.unwrap() = changed.clone();
        }
        self.0
            .generate_key(&Mechanism::AesKeyGen, &template)
            .unwrap()
    }

    /// A sealed seed: version 1, epoch 1, a nonce, and what the token makes of the seed.
    pub(crate) fn seal(&self, key: ObjectHandle, seed: &[u8], bound_to: &[u8]) -> Vec<u8> {
        let mut nonce = [9; 12];
        let parameters = GcmParams::new(&mut nonce, bound_to, 128.into()).unwrap();
        let sealed = self
            .0
            .encrypt(&Mechanism::AesGcm(parameters), key, seed)
            .unwrap();
        [&[1, 0, 0, 0, 1], &nonce[..], &sealed].concat()
    }
}

pub(crate) fn assert_not_unsealed(unlocked: &Unlocked<'_>, byte: u8) {
    let refused = unlocked.account(&id(byte), &"84h/0h/0h".parse().unwrap());
    assert!(
        matches!(&refused, Err(SeedError::NotUnsealed { id: found, .. }) if *found == id(byte)),
        "{byte}: {refused:?}"
    );
}
