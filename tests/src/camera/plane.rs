//! A grey image in real numbers, and the two blurs of a camera.
//! Knows nothing of what it shows.

use image::GrayImage;

/// Grey values, 0 black, 255 white, in rows.
#[derive(Debug, Clone)]
pub struct Plane {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Plane {
    /// An image whose pixels are given by a function of column and row.
    pub fn from_fn(width: usize, height: usize, value: impl Fn(usize, usize) -> f32) -> Self {
        let pixels = (0..width * height).map(|index| value(index % width, index / width));
        let values = pixels.collect();
        Self {
            width,
            height,
            values,
        }
    }

    /// Pixels across and down.
    pub const fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// The value of a pixel.
    pub fn at(&self, x: usize, y: usize) -> f32 {
        self.values[y * self.width + x]
    }

    /// Sets a pixel.
    pub fn put(&mut self, x: usize, y: usize, value: f32) {
        self.values[y * self.width + x] = value;
    }

    /// Every value in turn.
    pub fn change(&mut self, mut change: impl FnMut(usize, usize, f32) -> f32) {
        let width = self.width;
        for (index, value) in self.values.iter_mut().enumerate() {
            *value = change(index % width, index / width, *value);
        }
    }

    /// Between pixels; positions are those of pixel centres, the border repeats.
    fn between(&self, x: f32, y: f32) -> f32 {
        let x = x.clamp(0.0, super::real(self.width - 1));
        let y = y.clamp(0.0, super::real(self.height - 1));
        let (left, top) = (super::whole(x), super::whole(y));
        let (right, bottom) = (
            (left + 1).min(self.width - 1),
            (top + 1).min(self.height - 1),
        );
        let (across, down) = (x - super::real(left), y - super::real(top));
        let upper = self.at(left, top) + across * (self.at(right, top) - self.at(left, top));
        let lower =
            self.at(left, bottom) + across * (self.at(right, bottom) - self.at(left, bottom));
        upper + down * (lower - upper)
    }

    /// Defocus: a Gaussian of deviation `sigma` pixels.
    pub fn blur(&mut self, sigma: f32) {
        if sigma <= 0.0 {
            return;
        }
        let radius = super::whole((3.0 * sigma).ceil());
        let mut kernel: Vec<f32> = (0..=2 * radius)
            .map(|tap| {
                let distance = (super::real(tap) - super::real(radius)) / sigma;
                (-0.5 * distance * distance).exp()
            })
            .collect();
        let sum: f32 = kernel.iter().sum();
        for weight in &mut kernel {
            *weight /= sum;
        }
        self.convolve_rows(&kernel);
        self.transpose();
        self.convolve_rows(&kernel);
        self.transpose();
    }

    fn convolve_rows(&mut self, kernel: &[f32]) {
        let radius = kernel.len() / 2;
        let mut padded = vec![0.0; self.width + 2 * radius];
        for row in self.values.chunks_exact_mut(self.width) {
            padded[..radius].fill(row[0]);
            padded[radius..radius + row.len()].copy_from_slice(row);
            padded[radius + row.len()..].fill(row[row.len() - 1]);
            for (window, value) in padded.windows(kernel.len()).zip(row.iter_mut()) {
                *value = window.iter().zip(kernel).map(|(a, b)| a * b).sum();
            }
        }
    }

    fn transpose(&mut self) {
        let flipped = Self::from_fn(self.height, self.width, |x, y| self.at(y, x));
        *self = flipped;
    }

    /// Motion: the mean along a straight way of (`across`, `down`) pixels.
    pub fn smear(&mut self, across: f32, down: f32) {
        if across.hypot(down) < 0.05 {
            return;
        }
        let steps = [-0.4_f32, -0.2, 0.0, 0.2, 0.4];
        let smeared = Self::from_fn(self.width, self.height, |x, y| {
            let (x, y) = (super::real(x), super::real(y));
            let sum: f32 = steps
                .iter()
                .map(|step| self.between(x + step * across, y + step * down))
                .sum();
            sum / 5.0
        });
        *self = smeared;
    }

    /// Eight bits for each pixel.
    pub fn to_image(&self) -> GrayImage {
        let side = |pixels: usize| u32::try_from(pixels).unwrap_or(0);
        GrayImage::from_fn(side(self.width), side(self.height), |x, y| {
            let position = |pixel: u32| usize::try_from(pixel).unwrap_or(0);
            image::Luma([super::byte(self.at(position(x), position(y)))])
        })
    }
}
