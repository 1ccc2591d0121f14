//! Packets: the envelope as it comes, and payloads put into a seal that holds.
//! Knows nothing of frames and media.

use transfer_format::packet::{
    Approval, Enrolment, PacketKind, Payload, RefusalNotice, Request, SigningResult,
};
use transfer_format::seal::{Draft, Envelope, SoftwareSealer};

/// An envelope that opens has the bytes that came. A payload that is accepted is written back the
/// same, can be sealed, and the seal opens to the same bytes. A fuzzer cannot sign, so the payload
/// is tried without its seal: the first byte chooses the kind.
pub fn packet(data: &[u8]) {
    envelope(data);
    if let Some((kind, payload)) = data.split_first() {
        match kind % 5 {
            0 => payload_of::<Request>(payload),
            1 => payload_of::<SigningResult>(payload),
            2 => payload_of::<RefusalNotice>(payload),
            3 => payload_of::<Approval>(payload),
            _ => payload_of::<Enrolment>(payload),
        }
    }
}

fn envelope(data: &[u8]) {
    let Ok(envelope) = Envelope::read(data.to_vec()) else {
        return;
    };
    match envelope.kind() {
        PacketKind::Request => opened_is_what_came::<Request>(envelope, data),
        PacketKind::Result => opened_is_what_came::<SigningResult>(envelope, data),
        PacketKind::Refusal => opened_is_what_came::<RefusalNotice>(envelope, data),
        PacketKind::Approval => opened_is_what_came::<Approval>(envelope, data),
        PacketKind::Enrolment => opened_is_what_came::<Enrolment>(envelope, data),
    }
}

fn opened_is_what_came<P: Payload>(envelope: Envelope, data: &[u8]) {
    if let Ok(packet) = envelope.open::<P>(&sealer().public_key()) {
        assert_eq!(packet.bytes(), data, "the packet is not what came");
        let encoded = packet.payload().encode().expect("it was decoded");
        assert_eq!(packet.payload_bytes(), encoded);
    }
}

fn payload_of<P: Payload>(bytes: &[u8]) {
    let Ok(payload) = P::decode(bytes) else {
        return;
    };
    assert_eq!(
        payload.encode().as_deref(),
        Ok(bytes),
        "written back differently"
    );
    let sealer = sealer();
    let draft = Draft::new(payload, sealer.public_key()).expect("a payload that was decoded");
    let packet = sealer.seal(draft).expect("its own key");
    let envelope = Envelope::read(packet.bytes().to_vec()).expect("a packet of ours");
    let opened = envelope
        .open::<P>(&sealer.public_key())
        .expect("its own key");
    assert_eq!(opened.payload_bytes(), bytes);
}

/// The key of the seeds in `tests/corpus/packet`.
fn sealer() -> SoftwareSealer {
    SoftwareSealer::from_bytes(&[0x11; 32]).expect("every such number is a key")
}
