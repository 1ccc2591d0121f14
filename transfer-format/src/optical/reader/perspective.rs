//! From modules to pixels: the perspective map of a plane, and how it is found from points.
//! Knows nothing of images.

use super::number::LeastSquares;

/// A place in an image (pixels) or in a code (modules).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) x: f32,
    pub(super) y: f32,
}

impl Point {
    pub(super) const ZERO: Self = Self { x: 0.0, y: 0.0 };

    pub(super) const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }

    pub(super) fn times(self, factor: f32) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }

    pub(super) fn length(self) -> f32 {
        self.x.hypot(self.y)
    }

    pub(super) fn cross(self, other: Self) -> f32 {
        self.x * other.y - self.y * other.x
    }

    pub(super) fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y
    }
}

/// A place in a code, where an image shows it, and how much that is to be believed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    pub(super) module: Point,
    pub(super) pixel: Point,
    pub(super) weight: f32,
}

/// A perspective map: `(a + b·u + c·v) ÷ (1 + g·u + h·v)` for either coordinate, where `u` and `v`
/// are modules counted from `origin` in units of `scale`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Perspective {
    origin: f32,
    scale: f32,
    x: [f32; 3],
    y: [f32; 3],
    weight: [f32; 2],
}

/// Modules from the border of a code to the middle of a finder pattern.
pub(super) const FINDER_MIDDLE: f32 = 3.5;

impl Perspective {
    /// The map that puts the three finder patterns where they were seen. `depths` say how much
    /// farther the second and the third are than the first.
    pub(super) fn from_finders(finders: [Point; 3], modules: f32, depths: [f32; 2]) -> Self {
        let [first, second, third] = finders;
        let [right, down] = depths;
        let (across, along) = (
            second.times(right).minus(first),
            third.times(down).minus(first),
        );
        Self {
            origin: FINDER_MIDDLE,
            scale: modules - 2.0 * FINDER_MIDDLE,
            x: [first.x, across.x, along.x],
            y: [first.y, across.y, along.y],
            weight: [right - 1.0, down - 1.0],
        }
    }

    /// The best map through matches, or nothing if they do not settle one.
    pub(super) fn fitted(matches: &[Match], modules: f32) -> Option<Self> {
        let count = f64::from(u16::try_from(matches.len()).ok()?);
        let sum = matches
            .iter()
            .fold(Point::ZERO, |sum, one| sum.plus(one.pixel));
        let (middle_x, middle_y) = (f64::from(sum.x) / count, f64::from(sum.y) / count);
        let (origin, scale) = (modules / 2.0, modules / 2.0);
        let mut fit = LeastSquares::<8>::new(1e-9);
        let spread = 500.0;
        for one in matches {
            let u = f64::from((one.module.x - origin) / scale);
            let v = f64::from((one.module.y - origin) / scale);
            let x = (f64::from(one.pixel.x) - middle_x) / spread;
            let y = (f64::from(one.pixel.y) - middle_y) / spread;
            let weight = f64::from(one.weight);
            fit.add(&[1.0, u, v, 0.0, 0.0, 0.0, -x * u, -x * v], x, weight);
            fit.add(&[0.0, 0.0, 0.0, 1.0, u, v, -y * u, -y * v], y, weight);
        }
        let [x, x_right, x_down, y, y_right, y_down, right, down] = fit.solved();
        let coefficients = |constant: f64, across: f64, along: f64, middle: f64| {
            [
                single(constant * spread + middle),
                single(across * spread + middle * right),
                single(along * spread + middle * down),
            ]
        };
        let map = Self {
            origin,
            scale,
            x: coefficients(x, x_right, x_down, middle_x),
            y: coefficients(y, y_right, y_down, middle_y),
            weight: [single(right), single(down)],
        };
        let known = map.x.iter().chain(&map.y).chain(&map.weight);
        known.copied().all(f32::is_finite).then_some(map)
    }

    /// The depth of a place, in units of the depth at the origin.
    pub(super) fn depth(&self, module: Point) -> f32 {
        let [right, down] = self.weight;
        let depth =
            1.0 + (right * (module.x - self.origin) + down * (module.y - self.origin)) / self.scale;
        depth.max(0.05)
    }

    /// Where a place of the code is in the image.
    pub(super) fn pixel(&self, module: Point) -> Point {
        let depth = self.depth(module);
        let u = (module.x - self.origin) / self.scale;
        let v = (module.y - self.origin) / self.scale;
        let along = |[constant, across, down]: [f32; 3]| (constant + across * u + down * v) / depth;
        Point::new(along(self.x), along(self.y))
    }

    /// One module to the right and one module down at a place, in pixels.
    pub(super) fn steps(&self, module: Point) -> [Point; 2] {
        let beside = |across: f32, down: f32| {
            let near = |sign: f32| {
                self.pixel(Point::new(module.x + sign * across, module.y + sign * down))
            };
            near(0.5).minus(near(-0.5))
        };
        [beside(1.0, 0.0), beside(0.0, 1.0)]
    }
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "pixels need no more digits than f32 has"
)]
const fn single(value: f64) -> f32 {
    value as f32
}
