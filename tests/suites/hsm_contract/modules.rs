//! What is loaded as a PKCS#11 module, and what is not.
//! It opens no token.

use super::*;

#[test]
fn a_module_says_what_it_is_and_is_pinned_by_its_digest_hsm_17() {
    in_own_process(|_softhsm| {
        let path = module_path();
        let module = load();
        let sha256: [u8; 32] = Sha256::digest(fs::read(&path).unwrap()).into();
        assert_eq!(module.identity().path, path);
        assert_eq!(module.identity().sha256, sha256);
        assert_eq!(module.identity().manufacturer, "SoftHSM");
        assert!(!module.identity().version.is_empty());
        module.close().unwrap();

        Module::load_pinned(&path, &sha256)
            .unwrap()
            .close()
            .unwrap();
        let error = Module::load_pinned(&path, &[0; 32]).err().unwrap();
        assert!(matches!(error, ModuleError::Digest { .. }), "{error}");
    });
}

#[test]
fn a_module_is_loaded_once_in_a_process_and_the_first_goes_on() {
    in_own_process(|softhsm| {
        let serial = softhsm.init_token("station", SO_PIN, PIN);
        let module = load();
        let path = module_path();
        assert_eq!(
            Module::load(&path).err(),
            Some(ModuleError::AlreadyInitialised { path })
        );
        unlock(&module, &serial).lock().unwrap();
    });
}

#[test]
fn a_shared_library_that_is_no_pkcs11_module_is_refused() {
    let path = c_library();
    assert_eq!(
        Module::load(&path).err(),
        Some(ModuleError::NotPkcs11 { path })
    );
}

#[test]
fn a_module_whose_configuration_leads_nowhere_is_refused() {
    in_own_process(|softhsm| {
        fs::remove_dir_all(softhsm.token_folder()).unwrap();
        let error = Module::load(&module_path()).err().unwrap();
        assert!(matches!(error, ModuleError::Initialise { .. }), "{error}");
        let text = error.to_string();
        assert!(
            text.contains("C_Initialize with CKR_GENERAL_ERROR"),
            "{text}"
        );
        assert!(text.contains("SOFTHSM2_CONF"), "{text}");
    });
}
