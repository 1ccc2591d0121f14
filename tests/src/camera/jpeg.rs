//! What JPEG compression does to a grey image: cosine transform, quantisation and back.
//! Knows nothing of entropy coding, which loses nothing.

use std::f32::consts::PI;

use super::plane::Plane;

/// Luminance quantisation of ITU-T T.81, table K.1.
const LUMINANCE: [u8; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

/// Rows of the orthonormal cosine transform.
fn basis() -> [[f32; 8]; 8] {
    let mut rows = [[0.0; 8]; 8];
    for (frequency, row) in (0_u8..).map(f32::from).zip(&mut rows) {
        let scale = if frequency == 0.0 { 0.125_f32 } else { 0.25 }.sqrt();
        for (place, value) in (0_u8..).map(f32::from).zip(row.iter_mut()) {
            *value = scale * (PI * (place + 0.5) * frequency / 8.0).cos();
        }
    }
    rows
}

type Block = [[f32; 8]; 8];

fn multiply(left: &Block, right: &Block) -> Block {
    let mut product = [[0.0; 8]; 8];
    for (row, out) in left.iter().zip(&mut product) {
        for (factor, line) in row.iter().zip(right) {
            for (value, term) in out.iter_mut().zip(line) {
                *value += factor * term;
            }
        }
    }
    product
}

fn transposed(block: &Block) -> Block {
    let mut result = [[0.0; 8]; 8];
    for (row, line) in block.iter().enumerate() {
        for (column, value) in line.iter().enumerate() {
            result[column][row] = *value;
        }
    }
    result
}

/// Steps of each coefficient at a quality of 1 to 100, as libjpeg scales the table.
fn steps(quality: f32) -> Block {
    let scale = if quality < 50.0 {
        5000.0 / quality
    } else {
        2.0_f32.mul_add(-quality, 200.0)
    };
    let mut steps = [[1.0; 8]; 8];
    for (step, entry) in steps.as_flattened_mut().iter_mut().zip(LUMINANCE) {
        *step = (f32::from(entry).mul_add(scale, 50.0) / 100.0)
            .floor()
            .clamp(1.0, 255.0);
    }
    steps
}

/// Compresses and expands an image.
pub fn compress(image: &mut Plane, quality: f32) {
    let forward = basis();
    let backward = transposed(&forward);
    let steps = steps(quality);
    let (width, height) = image.size();
    for top in (0..height).step_by(8) {
        for left in (0..width).step_by(8) {
            let block = cut(image, left, top);
            let mut coefficients = multiply(&multiply(&forward, &block), &backward);
            let flat = coefficients.as_flattened_mut().iter_mut();
            for (value, step) in flat.zip(steps.as_flattened()) {
                *value = (*value / step).round() * step;
            }
            let restored = multiply(&multiply(&backward, &coefficients), &forward);
            paste(image, left, top, &restored);
        }
    }
}

/// The block whose corner is at a pixel; the last pixels repeat beyond the border.
fn cut(image: &Plane, left: usize, top: usize) -> Block {
    let (width, height) = image.size();
    let mut block = [[0.0; 8]; 8];
    for (row, line) in block.iter_mut().enumerate() {
        let y = (top + row).min(height - 1);
        for (column, value) in line.iter_mut().enumerate() {
            let x = (left + column).min(width - 1);
            *value = image.at(x, y).round().clamp(0.0, 255.0) - 128.0;
        }
    }
    block
}

fn paste(image: &mut Plane, left: usize, top: usize, block: &Block) {
    let (width, height) = image.size();
    for (line, y) in block.iter().zip(top..height) {
        for (value, x) in line.iter().zip(left..width) {
            image.put(x, y, value + 128.0);
        }
    }
}
