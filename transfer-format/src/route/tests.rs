use super::*;

#[test]
fn a_packet_comes_back_by_every_way_that_needs_no_screen() {
    let folder = tempfile::tempdir().unwrap();
    let packet: Vec<u8> = (0..900_u32)
        .map(|byte| u8::try_from(byte % 251).unwrap())
        .collect();
    for way in ["frames", "gif", "usb", "file"] {
        let text = format!("{way}:{}", folder.path().join(way).display());
        let to: Outbound = text.parse().unwrap();
        let from: Inbound = text.parse().unwrap();
        to.write(&packet).unwrap();
        assert_eq!(
            from.read(MediumAccess::ReadOnly),
            Ok(packet.clone()),
            "{way}"
        );
    }
}

#[test]
fn nothing_is_ever_replaced() {
    let folder = tempfile::tempdir().unwrap();
    for way in ["gif", "usb", "file"] {
        let path = folder.path().join(way);
        let to: Outbound = format!("{way}:{}", path.display()).parse().unwrap();
        to.write(b"first").unwrap();
        let before = std::fs::read(&path).unwrap();
        assert!(to.write(b"second").is_err(), "{way}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}

#[test]
fn a_file_is_read_at_the_cap_and_refused_one_byte_past_it() {
    let folder = tempfile::tempdir().unwrap();
    let cap = crate::limits::MAX_PACKET_BYTES;
    for (extra, whole) in [(0, true), (1, false)] {
        let path = folder.path().join(format!("packet-{extra}"));
        crate::durable::write_new(&path, &vec![0; cap + extra]).unwrap();
        let read = Inbound::File(path.clone()).read(MediumAccess::Any);
        if whole {
            assert_eq!(read.unwrap().len(), cap);
        } else {
            assert_eq!(read, Err(RouteError::TooLarge { path, limit: cap }));
        }
    }
}

#[test]
fn a_way_that_is_none_names_the_ones_there_are() {
    for text in [
        "",
        "frames",
        "frames:",
        "http:example",
        "gif",
        "camera:",
        "y4m",
    ] {
        assert_eq!(
            text.parse::<Inbound>().unwrap_err().to_string(),
            format!(
                "\"{text}\" is none of camera, camera:/dev/videoN, y4m:FILE-OR-PIPE, y4m:-, \
                 frames:DIR, gif:FILE, usb:DEVICE-OR-IMAGE and file:FILE"
            )
        );
        text.parse::<Outbound>().unwrap_err();
    }
}

#[test]
fn what_is_not_there_is_said_with_its_path() {
    let path = PathBuf::from("/nowhere/at/all");
    let kind = io::ErrorKind::NotFound;
    assert_eq!(
        Inbound::Usb(path.clone()).read(MediumAccess::Any),
        Err(RouteError::File {
            path,
            action: "read",
            kind
        })
    );
}
