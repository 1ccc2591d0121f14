//! One frame, as bytes and as the digits of a code.
//! Knows nothing of the other frames of its transfer.

use transfer_format::optical::Frame;

use super::with_right_checksum;

/// Bytes or digits that are accepted as a frame are written back the same.
pub fn frame(data: &[u8]) {
    for bytes in [data.to_vec(), with_right_checksum(data)] {
        if let Ok(frame) = Frame::from_bytes(&bytes) {
            assert_eq!(frame.to_bytes(), bytes, "written back differently");
            assert_eq!(Frame::from_text(&frame.to_text()).as_ref(), Ok(&frame));
            let ids = frame.symbols().map(|(id, _)| id);
            assert_eq!(ids.count(), usize::from(frame.header().symbol_count()));
        }
    }
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(frame) = Frame::from_text(text)
    {
        assert_eq!(frame.to_text(), text, "written back differently");
    }
}
