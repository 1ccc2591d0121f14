//! A camera that is not there: what a lens, a hand and bad light make of a screen with codes.
//! Knows nothing of how codes are read. Every image follows from a seed.
//!
//! The model tilts and turns the screen in perspective, bends it (radial distortion), lets light
//! fall off, adds glare, moiré, stray light, defocus, motion, exposure, noise and JPEG, and mixes
//! two frames as a rolling shutter does. It stands in for a camera nobody has: its figures are
//! bounds until real footage is tried.

pub mod figures;
mod jpeg;
mod plane;
mod projection;
mod random;
mod screen;

use image::GrayImage;

use plane::Plane;
use projection::Projection;
pub use random::Random;
pub use screen::Screen;

/// Pixels across.
pub const WIDTH: usize = 1280;

/// Pixels down.
pub const HEIGHT: usize = 720;

/// How badly the picture is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// No camera at all: a rendered image.
    Synthetic,
    /// A webcam on a tripod.
    Tripod,
    /// A laptop held in front of a screen.
    HandHeld,
    /// A poor camera in poor light.
    Poor,
    /// As bad as it gets before nobody could expect a reading.
    Bad,
}

/// What is drawn uniformly for each image: (least, most), or the bound of both signs.
struct Ranges {
    tilt_degrees: (f32, f32),
    rotation_degrees: f32,
    blur: (f32, f32),
    motion: (f32, f32),
    noise: f32,
    jpeg: Option<f32>,
    falloff: (f32, f32),
    black: (f32, f32),
    glare: (f32, f32),
    radial: f32,
    moire: (f32, f32),
    exposure: (f32, f32),
}

impl Level {
    /// Every level, the mildest first.
    pub const ALL: [Self; 5] = [
        Self::Synthetic,
        Self::Tripod,
        Self::HandHeld,
        Self::Poor,
        Self::Bad,
    ];

    /// `L0` to `L4`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Synthetic => "L0",
            Self::Tripod => "L1",
            Self::HandHeld => "L2",
            Self::Poor => "L3",
            Self::Bad => "L4",
        }
    }

    const fn ranges(self) -> Ranges {
        let (tilt, rotation, blur, motion, noise, jpeg) = match self {
            Self::Synthetic => ((0.0, 0.0), 0.0, (0.35, 0.35), (0.0, 0.0), 0.0, None),
            Self::Tripod => ((0.0, 5.0), 3.0, (0.4, 0.7), (0.0, 0.5), 1.5, Some(90.0)),
            Self::HandHeld => ((3.0, 12.0), 10.0, (0.6, 0.9), (0.0, 1.5), 3.0, Some(80.0)),
            Self::Poor => ((8.0, 20.0), 25.0, (0.8, 1.3), (0.5, 2.5), 5.0, Some(70.0)),
            Self::Bad => ((15.0, 25.0), 45.0, (1.2, 2.0), (1.0, 4.0), 8.0, Some(50.0)),
        };
        let (falloff, black, glare, radial) = match self {
            Self::Synthetic => ((0.0, 0.0), (0.01, 0.01), (0.0, 0.0), 0.0),
            Self::Tripod => ((0.0, 0.1), (0.02, 0.02), (0.0, 0.0), 0.01),
            Self::HandHeld => ((0.1, 0.25), (0.02, 0.05), (0.0, 0.05), 0.03),
            Self::Poor => ((0.25, 0.45), (0.04, 0.1), (0.02, 0.12), 0.05),
            Self::Bad => ((0.4, 0.6), (0.08, 0.16), (0.05, 0.2), 0.06),
        };
        let (moire, exposure) = match self {
            Self::Synthetic => ((0.0, 0.0), (1.0, 1.0)),
            Self::Tripod | Self::HandHeld | Self::Poor | Self::Bad => ((0.0, 0.1), (0.3, 1.2)),
        };
        Ranges {
            tilt_degrees: tilt,
            rotation_degrees: rotation,
            blur,
            motion,
            noise,
            jpeg,
            falloff,
            black,
            glare,
            radial,
            moire,
            exposure,
        }
    }
}

/// Where the change from one shown frame to the next runs through an image.
#[derive(Debug, Clone, Copy)]
pub struct Mix<'a> {
    /// The frame shown below the boundary.
    pub next: &'a Screen,
    /// The boundary as a share of the height, 0 at the top; 3 % of the height are blended.
    pub boundary: f32,
}

/// A camera before a screen; each image is taken from about the same place as the last.
#[derive(Debug, Clone)]
pub struct Camera {
    level: Level,
    pixels_per_module: f32,
    random: Random,
    projection: Option<Projection>,
}

impl Camera {
    /// A camera that sees a module about `pixels_per_module` pixels wide.
    pub const fn new(level: Level, pixels_per_module: f32, seed: u64) -> Self {
        Self {
            level,
            pixels_per_module,
            random: Random::new(seed),
            projection: None,
        }
    }

    /// The next image of a hand that trembles: the place moves by a few pixels, everything else
    /// is drawn anew.
    pub fn photograph(&mut self, screen: &Screen) -> GrayImage {
        self.expose(screen, None)
    }

    /// The next image, in which a rolling shutter caught two frames.
    pub fn photograph_mixed(&mut self, screen: &Screen, mix: Mix<'_>) -> GrayImage {
        self.expose(screen, Some(mix))
    }

    fn expose(&mut self, screen: &Screen, mix: Option<Mix<'_>>) -> GrayImage {
        let ranges = self.level.ranges();
        let random = &mut self.random;
        let (columns, rows) = screen.size();
        let projection = match &self.projection {
            Some(last) if last.looks_at(columns, rows) => last.trembled(random, &ranges),
            Some(_) | None => {
                Projection::drawn(random, &ranges, (columns, rows), self.pixels_per_module)
            }
        };
        let light = Light::drawn(random, &ranges);
        let mut plane = Plane::from_fn(WIDTH, HEIGHT, |x, y| {
            let lit = match mix {
                None => projection.reflectance(screen, x, y),
                Some(mix) => {
                    let place = real(y) / real(HEIGHT) - mix.boundary;
                    let share = (place / 0.03 + 0.5).clamp(0.0, 1.0);
                    let first = projection.reflectance(screen, x, y);
                    let next = projection.reflectance(mix.next, x, y);
                    share.mul_add(next - first, first)
                }
            };
            light.on(lit, x, y)
        });
        self.projection = Some(projection);
        let random = &mut self.random;
        let (direction, length) = (
            random.between((0.0, std::f32::consts::TAU)),
            random.between(ranges.motion),
        );
        plane.smear(length * direction.cos(), length * direction.sin());
        plane.blur(random.between(ranges.blur));
        let exposure = random.between(ranges.exposure);
        plane.change(|_, _, value| {
            let noisy = ranges
                .noise
                .mul_add(random.normal(), value * exposure * WHITE);
            noisy.round().clamp(0.0, 255.0)
        });
        if let Some(quality) = ranges.jpeg {
            jpeg::compress(&mut plane, quality);
        }
        plane.to_image()
    }
}

/// The grey value of a white screen at exposure 1.
const WHITE: f32 = 217.0;

/// Light before it reaches the lens.
struct Light {
    falloff: f32,
    brightest: (f32, f32),
    black: f32,
    glare: f32,
    glare_place: (f32, f32),
    glare_radius: f32,
    moire: f32,
    moire_wave: (f32, f32, f32),
}

impl Light {
    fn drawn(random: &mut Random, ranges: &Ranges) -> Self {
        let direction = random.between((0.0, std::f32::consts::TAU));
        let frequency = std::f32::consts::TAU / random.between((4.0, 24.0));
        let mut place = || (random.between((0.2, 0.8)), random.between((0.2, 0.8)));
        let (brightest, glare_place) = (place(), place());
        Self {
            falloff: random.between(ranges.falloff),
            brightest,
            black: random.between(ranges.black),
            glare: random.between(ranges.glare),
            glare_place,
            glare_radius: random.between((0.05, 0.25)),
            moire: random.between(ranges.moire),
            moire_wave: (
                frequency * direction.cos(),
                frequency * direction.sin(),
                random.between((0.0, std::f32::consts::TAU)),
            ),
        }
    }

    fn on(&self, reflectance: f32, x: usize, y: usize) -> f32 {
        let (x, y) = (real(x), real(y));
        let squared = |(across, down): (f32, f32)| {
            let across = x / real(WIDTH) - across;
            let down = (y / real(HEIGHT) - down) * real(HEIGHT) / real(WIDTH);
            across * across + down * down
        };
        let falloff = 1.0 - self.falloff * (squared(self.brightest) / 0.33).min(1.0);
        let (across, down, phase) = self.moire_wave;
        let moire = self.moire * (across * x + down * y + phase).sin();
        let glare = -squared(self.glare_place) / (2.0 * self.glare_radius * self.glare_radius);
        let shown = (1.0 - self.black).mul_add(reflectance, self.black);
        self.glare
            .mul_add(glare.exp(), shown * falloff * (1.0 + moire))
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "pixels and modules, far below 2²⁴"
)]
const fn real(count: usize) -> f32 {
    count as f32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounds down, and below zero to zero"
)]
const fn whole(value: f32) -> usize {
    value as usize
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded and clamped to the range of a byte"
)]
const fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}
