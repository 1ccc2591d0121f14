//! A picture as one bit per pixel, in the order in which the window system reads bits.
//! Knows nothing of where it is shown.

use x11rb::protocol::xproto::{ImageOrder, Setup};

use crate::optical::picture::Picture;

/// How a server reads a row of a bitmap: X11 protocol, encoding of the connection setup
/// (bitmap-format-scanline-unit, -pad, -bit-order, image-byte-order).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::optical) struct BitOrder {
    /// Rows are padded to a multiple of so many bytes.
    pad: usize,
    /// Whether the leftmost pixel is the lowest bit of its byte.
    lowest_bit_first: bool,
    /// Bytes of a unit whose bytes stand in reverse, or 1.
    reversed: usize,
}

impl BitOrder {
    pub(in crate::optical) fn of(setup: &Setup) -> Self {
        let bytes = |bits: u8| usize::from(bits >> 3).max(1);
        let lowest_bit_first = setup.bitmap_format_bit_order == ImageOrder::LSB_FIRST;
        let lowest_byte_first = setup.image_byte_order == ImageOrder::LSB_FIRST;
        let unit = bytes(setup.bitmap_format_scanline_unit);
        Self {
            pad: bytes(setup.bitmap_format_scanline_pad),
            lowest_bit_first,
            reversed: if lowest_bit_first == lowest_byte_first {
                1
            } else {
                unit
            },
        }
    }
}

/// A square of black and white pixels.
#[derive(Debug, PartialEq, Eq)]
pub struct Bitmap {
    side: u16,
    bytes_per_row: usize,
    content: Vec<u8>,
}

impl Bitmap {
    /// A picture with `scale` pixels along one side of a module.
    pub(super) fn of(picture: &Picture, scale: usize, order: BitOrder) -> Self {
        let side = picture.side().saturating_mul(scale);
        let bytes_per_row = side.div_ceil(8).next_multiple_of(order.pad.max(1));
        let mut content = Vec::with_capacity(side.saturating_mul(bytes_per_row));
        for modules in picture.rows() {
            let pixels = modules
                .iter()
                .flat_map(|dark| std::iter::repeat_n(*dark, scale));
            let row = row(pixels, bytes_per_row, order);
            for _ in 0..scale {
                content.extend_from_slice(&row);
            }
        }
        Self {
            side: u16::try_from(side).unwrap_or(u16::MAX),
            bytes_per_row,
            content,
        }
    }

    /// Pixels along one side.
    pub(super) const fn side(&self) -> u16 {
        self.side
    }

    /// The rows in parts of at most `limit` bytes, each with its number of rows.
    pub(super) fn stripes(&self, limit: usize) -> impl Iterator<Item = (u16, &[u8])> {
        let row = self.bytes_per_row.max(1);
        let rows = limit.checked_div(row).unwrap_or(0).max(1);
        let stripes = self.content.chunks(rows.saturating_mul(row));
        stripes.map(move |stripe| {
            let rows = stripe.len().checked_div(row).unwrap_or(0);
            (u16::try_from(rows).unwrap_or(u16::MAX), stripe)
        })
    }
}

fn row(pixels: impl Iterator<Item = bool>, bytes: usize, order: BitOrder) -> Vec<u8> {
    let mut row = Vec::with_capacity(bytes);
    let mut byte = 0_u8;
    let mut count = 0_u8;
    for dark in pixels {
        // Filled from the left: the first pixel ends up in the highest bit.
        byte = (byte << 1_u8) | u8::from(dark);
        count = count.saturating_add(1);
        if count == 8 {
            row.push(byte);
            (byte, count) = (0, 0);
        }
    }
    if count > 0 {
        row.push(byte << 8_u8.saturating_sub(count));
    }
    row.resize(bytes, 0);
    if order.lowest_bit_first {
        for byte in &mut row {
            *byte = byte.reverse_bits();
        }
    }
    for unit in row.chunks_mut(order.reversed.max(1)) {
        unit.reverse();
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn order(lowest_bit_first: bool, reversed: usize) -> BitOrder {
        BitOrder {
            pad: 4,
            lowest_bit_first,
            reversed,
        }
    }

    #[test]
    fn a_row_is_read_from_the_left_in_every_order_of_bits_and_bytes() {
        // Ten pixels: the first, the third and the last are dark.
        let pixels = [
            true, false, true, false, false, false, false, false, false, true,
        ];
        let row = |order| row(pixels.into_iter(), 4, order);
        assert_eq!(row(order(false, 1)), [0b1010_0000, 0b0100_0000, 0, 0]);
        assert_eq!(row(order(true, 1)), [0b0000_0101, 0b0000_0010, 0, 0]);
        assert_eq!(row(order(false, 4)), [0, 0, 0b0100_0000, 0b1010_0000]);
        assert_eq!(row(order(true, 4)), [0, 0, 0b0000_0010, 0b0000_0101]);
    }

    #[test]
    fn stripes_hold_whole_rows_and_at_least_one() {
        let bitmap = Bitmap {
            side: 5,
            bytes_per_row: 4,
            content: vec![0; 20],
        };
        let rows = |limit| -> Vec<u16> { bitmap.stripes(limit).map(|(rows, _)| rows).collect() };
        assert_eq!(rows(100), [5]);
        assert_eq!(rows(8), [2, 2, 1]);
        assert_eq!(rows(1), [1, 1, 1, 1, 1]);
    }
}
