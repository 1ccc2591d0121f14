//! The camera test of the real programs: a screen that only exists in memory, filmed by ffmpeg.

use std::fs;
use std::path::Path;
use std::process::Command;

use integration_tests::programs::{offline_signer, online_builder, run};
use online_builder::home::Home;
use serde_json::Value;

use crate::virtual_screen::VirtualScreen;

#[test]
fn a_machine_that_sees_its_own_window_finds_its_profile_and_remembers_it() {
    let room = tempfile::tempdir().unwrap();
    let home = room.path().join("builder");
    Home::create(&home, &[7; 32]).unwrap();
    // Room for V20 at two pixels per module, not for V27.
    let screen = VirtualScreen::start(320, 280);
    let film = screen.film(room.path());
    let ended = Command::new(online_builder())
        .args(["--json", "--home"])
        .arg(&home)
        .args(["camera-test", "--to", "window", "--from", &film.way()])
        .env_clear()
        .env("DISPLAY", screen.display())
        .output()
        .unwrap();
    let text = String::from_utf8(ended.stderr).unwrap();
    assert!(ended.status.success(), "{text}");
    let object: Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(object["schema"], "camera-test/1");
    let profiles: Vec<&str> = object["profiles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|figure| figure["profile"].as_str().unwrap())
        .collect();
    let tried = ["v15@10", "v15@15", "v15@20", "v20@10", "v20@15", "v20@20"];
    assert_eq!(profiles, tried, "{text}");
    let read: u64 = object["profiles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|figure| figure["read"].as_u64().unwrap())
        .sum();
    assert!(read > 0, "{text}");
    // How much of it a busy machine reads is not for a test to say; what it names it remembers.
    let remembered = fs::read_to_string(home.join("display.toml")).ok();
    let expected = object["best"].as_str().map(|best| {
        format!(
            "# The best profile of each screen, as \"camera-test\" found it.\nwindow = \"{best}\"\n"
        )
    });
    assert_eq!(remembered, expected, "{text}");
}

#[test]
fn a_profile_that_another_machine_found_is_kept_by_both_programs() {
    for program in [online_builder(), offline_signer()] {
        let room = tempfile::tempdir().unwrap();
        let home = room.path().join("home");
        Home::create(&home, &[7; 32]).unwrap();
        let place = home.display().to_string();
        let keep = ["--home", &place, "camera-test", "--to", "screen"];
        let keep = keep.into_iter().chain(["--keep", "v15@10"]);
        let ended = run(&program, keep, NO_ENVIRONMENT);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
        assert_eq!(ended.stdout, "v15@10 is remembered for this machine.\n");
        let text = fs::read_to_string(home.join("display.toml")).unwrap();
        assert!(text.ends_with("\nterminal = \"v15@10\"\n"), "{text}");
    }
}

#[test]
fn a_recording_without_test_codes_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let pictures = vec![crate::film::blank(200); 3];
    let recording = crate::film::recording(folder.path(), &pictures);
    let from = format!("y4m:{}", recording.display());
    for program in [online_builder(), offline_signer()] {
        let ended = run(&program, ["camera-test", "--from", &from], NO_ENVIRONMENT);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let expected =
            "3 images, and no test code in any of them: point the camera at the whole code";
        assert!(ended.stdout.starts_with(expected), "{}", ended.stdout);
    }
}

#[test]
fn a_machine_without_a_camera_says_so() {
    if Path::new("/dev/video0").exists() {
        return;
    }
    for program in [online_builder(), offline_signer()] {
        let ended = run(
            &program,
            ["camera-test", "--from", "camera"],
            NO_ENVIRONMENT,
        );
        assert_eq!(ended.code, 20, "{}", ended.stderr);
        assert!(ended.stderr.contains("camera"), "{}", ended.stderr);
    }
}

#[test]
fn a_test_without_a_side_is_no_test() {
    for program in [online_builder(), offline_signer()] {
        assert_eq!(run(&program, ["camera-test"], NO_ENVIRONMENT).code, 2);
    }
}

const NO_ENVIRONMENT: [(&str, &str); 0] = [];
