//! What is kept stays as it was, and what is not as it was kept is noticed.

use std::os::unix::fs::PermissionsExt as _;

use transfer_format::packet::Request;
use transfer_format::seal::Packet;

use super::*;
use crate::fixture::{FakeStation, NOW, sealer, tree};
use transaction_review::History;

use crate::request::{Order, Preflight, Transfer, from_transfer};

const SECRET: [u8; 32] = [0x11; 32];

struct Made {
    folder: tempfile::TempDir,
    home: Home,
}

fn made() -> Made {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::create(&folder.path().join("a/home"), &SECRET).unwrap();
    Made { folder, home }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn replace(path: &Path, content: &[u8]) {
    fs::remove_file(path).unwrap();
    durable::write_new_private(path, content).unwrap();
}

fn fake(id: &str) -> FakeStation {
    FakeStation::new(0x41, id, &sealer(0x11).public_key())
}

fn request(station: &FakeStation, sequence: u64) -> Packet<Request> {
    let station = station.station();
    let typed = Transfer {
        chain: 11_155_111,
        nonce: sequence,
        to: crate::fixture::ETHEREUM_PAYEE.to_owned(),
        value: "0.5 ETH".to_owned(),
        data: None,
        gas_limit: 21_000,
        max_fee: "30 gwei".to_owned(),
        tip: "1 gwei".to_owned(),
    };
    let transaction = from_transfer(station.policy(), &typed);
    let order = Order {
        wallet: "eth-cold".to_owned(),
        reference: "INV-1".to_owned(),
        created: NOW,
        lifetime: 3_600,
        replaces: None,
    };
    let preflight = Preflight::of(&station, order, transaction.unwrap(), &History::new()).unwrap();
    preflight.seal(sequence, &sealer(0x11)).unwrap()
}

#[test]
fn folder_and_key_are_for_their_owner_only() {
    let Made {
        home,
        folder: _kept,
    } = made();
    assert_eq!(mode(&home.folder), 0o700);
    assert_eq!(mode(&home.source_key_path()), 0o600);
    for name in FOLDERS {
        assert_eq!(mode(&home.part(name)), 0o700);
    }
    assert_eq!(
        home.source().unwrap().public_key(),
        sealer(0x11).public_key()
    );
}

#[test]
fn a_key_is_never_replaced() {
    let Made {
        home,
        folder: _kept,
    } = made();
    let before = tree(&home.folder);
    let path = home.source_key_path();
    assert_eq!(
        Home::create(&home.folder, &[0x12; 32]),
        Err(HomeError::Exists { path })
    );
    assert_eq!(tree(&home.folder), before);
}

#[test]
fn a_folder_that_is_somebody_elses_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents");
    DirBuilder::new().mode(0o755).create(&path).unwrap();
    durable::write_new(&path.join(".hidden"), b"mine").unwrap();
    let before = (mode(&path), tree(folder.path()));
    let occupied = HomeError::Occupied {
        folder: path.clone(),
    };
    assert_eq!(Home::create(&path, &SECRET), Err(occupied.clone()));
    assert_eq!(
        (occupied.code(), occupied.class().exit_code()),
        ("E_HOME_OCCUPIED", 2)
    );
    assert_eq!((mode(&path), tree(folder.path())), before);
    fs::remove_file(path.join(".hidden")).unwrap();
    Home::create(&path, &SECRET).unwrap();
    assert_eq!(mode(&path), 0o700);
}

#[test]
fn a_file_is_no_folder_for_a_builder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    durable::write_new(&path, b"mine").unwrap();
    let kind = io::ErrorKind::NotADirectory;
    let error = HomeError::read(&path, &kind.into());
    assert_eq!(Home::create(&path, &SECRET), Err(error));
}

#[test]
fn bytes_that_are_no_key_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home");
    assert_eq!(Home::create(&path, &[0; 32]), Err(HomeError::Secret));
    assert!(!path.exists());
    let folder = path.clone();
    assert_eq!(Home::open(&path), Err(HomeError::Missing { folder }));
}

#[test]
fn a_key_that_others_may_read_is_not_used() {
    let Made {
        home,
        folder: _kept,
    } = made();
    let path = home.source_key_path();
    for mode in [0o640, 0o604, 0o601, 0o660] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let error = HomeError::Permissions {
            path: path.clone(),
            mode,
        };
        assert_eq!(home.source().err(), Some(error));
    }
    for mode in [0o600, 0o400] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        home.source().unwrap();
    }
}

#[test]
fn a_key_file_has_one_form() {
    let Made {
        home,
        folder: _kept,
    } = made();
    let path = home.source_key_path();
    let digits = "11".repeat(32);
    for content in [
        String::new(),
        digits.clone(),
        format!("{digits}\n\n"),
        format!("{digits} "),
        format!("{}\n", "1g".repeat(32)),
        format!("{}\n", "AA".repeat(32)),
        format!("{}\n", "00".repeat(32)),
        format!("{}\n", "ff".repeat(32)),
    ] {
        replace(&path, content.as_bytes());
        let error = HomeError::damaged(&path, &"it holds no key");
        assert_eq!(home.source().err(), Some(error), "{content}");
    }
}

#[test]
fn one_program_at_a_time_may_add_to_the_folder() {
    let Made {
        home,
        folder: _kept,
    } = made();
    let lock = home.lock().unwrap();
    let folder = home.folder.clone();
    assert_eq!(home.lock().err(), Some(HomeError::Busy { folder }));
    drop(lock);
    home.lock().unwrap();
}

#[test]
fn a_pin_is_never_replaced_and_reads_back_whole() {
    let Made {
        home,
        folder: _kept,
    } = made();
    let station = fake("station-1").station();
    let lock = home.lock().unwrap();
    home.pin(&lock, &station).unwrap();
    let before = tree(&home.folder);
    let id = "station-1".to_owned();
    assert_eq!(home.pin(&lock, &station), Err(HomeError::Pinned { id }));
    assert_eq!(tree(&home.folder), before);
    let source = sealer(0x11).public_key();
    assert_eq!(home.station("station-1", &source), Ok(station.clone()));
    assert_eq!(home.stations(&source), Ok(vec![station]));
    let id = "station-2".to_owned();
    assert_eq!(
        home.station("station-2", &source),
        Err(HomeError::StationUnknown { id })
    );
}

#[test]
fn a_pin_that_was_changed_in_any_file_is_noticed() {
    let Made {
        home,
        folder: _kept,
    } = made();
    let lock = home.lock().unwrap();
    let pinned = home.pin(&lock, &fake("station-1").station()).unwrap();
    let source = sealer(0x11).public_key();
    for (path, content) in tree(&pinned) {
        for changed in [
            Vec::new(),
            [content.as_slice(), b" "].concat(),
            content[1..].to_vec(),
        ] {
            replace(&path, &changed);
            // White space around the key is nobody's harm; everything else is refused.
            let harmless = path.ends_with("station-key.txt") && changed.len() > content.len();
            let read = home.station("station-1", &source);
            assert_eq!(read.is_ok(), harmless, "{}", path.display());
        }
        fs::remove_file(&path).unwrap();
        let damaged = home.station("station-1", &source).unwrap_err();
        assert_eq!(damaged.code(), "E_STORE_DAMAGED");
        durable::write_new(&path, &content).unwrap();
    }
    let other = home.part(STATIONS).join("station-2");
    fs::rename(&pinned, &other).unwrap();
    let error = HomeError::damaged(&other, &"it holds the station \"station-1\"");
    assert_eq!(home.station("station-2", &source), Err(error));
}

#[test]
fn an_id_that_leads_out_of_the_folder_is_refused() {
    let Made {
        home,
        folder: _kept,
    } = made();
    let source = sealer(0x11).public_key();
    for id in [
        "", ".", "..", "../x", "a/b", "/etc", ".hidden", "a b", "\u{e9}",
    ] {
        let error = HomeError::StationName { id: id.to_owned() };
        assert_eq!(home.station(id, &source), Err(error));
    }
}

#[test]
fn requests_come_back_in_their_order_and_never_change() {
    let Made {
        home,
        folder: _kept,
    } = made();
    let (lock, station) = (home.lock().unwrap(), fake("station-1"));
    let source = sealer(0x11).public_key();
    let requests: Vec<_> = (1..=5)
        .map(|sequence| request(&station, sequence))
        .collect();
    for request in requests.iter().rev() {
        home.keep_request(&lock, request, Some(b"psbt")).unwrap();
    }
    assert_eq!(home.requests(&source), Ok(requests.clone()));
    let before = tree(&home.folder);
    let again = home.keep_request(&lock, &requests[0], Some(b"psbt"));
    assert_eq!(again.unwrap_err().code(), "E_FILE");
    assert_eq!(tree(&home.folder), before);
}

#[test]
fn a_part_that_a_crash_left_behind_is_no_request_and_does_no_harm() {
    let Made {
        home,
        folder: _kept,
    } = made();
    let (lock, station) = (home.lock().unwrap(), fake("station-1"));
    let source = sealer(0x11).public_key();
    let request = request(&station, 1);
    let path = home
        .part(REQUESTS)
        .join(format!(".{}.cbor.partial", request.intent()));
    durable::write_new(&path, b"half").unwrap();
    assert_eq!(home.requests(&source), Ok(Vec::new()));
    home.keep_request(&lock, &request, None).unwrap();
    assert_eq!(home.requests(&source), Ok(vec![request]));
    assert!(!path.exists());
}

#[test]
fn a_request_of_another_builder_is_not_ours() {
    let Made {
        home,
        folder: _kept,
    } = made();
    let (lock, station) = (home.lock().unwrap(), fake("station-1"));
    let request = request(&station, 1);
    home.keep_request(&lock, &request, None).unwrap();
    let other = sealer(0x12).public_key();
    let error = home.request(&request.intent(), &other).unwrap_err();
    assert_eq!(
        (error.code(), error.class().exit_code()),
        ("E_STORE_DAMAGED", 22)
    );
}

#[test]
fn answers_are_kept_by_station() {
    let Made { home, folder } = made();
    let (lock, station) = (home.lock().unwrap(), fake("station-1"));
    let request = request(&station, 1);
    let result = station.sealed(station.sign(&request, 4, 1));
    let notice = station.sealed(station.refuse(&request, "E_DECLINED"));
    home.keep_result(&lock, &result).unwrap();
    home.keep_refusal(&lock, &notice).unwrap();
    home.keep_refusal(&lock, &notice).unwrap();
    let pinned = station.station();
    assert_eq!(home.results(&pinned), Ok(vec![result.payload().clone()]));
    assert_eq!(home.refusals(&pinned), Ok(vec![notice.payload().clone()]));
    let other = FakeStation::new(0x42, "station-2", &sealer(0x11).public_key());
    assert_eq!(home.results(&other.station()), Ok(Vec::new()));
    drop(folder);
}
