//! Where a camera sees a screen: perspective, rotation and radial distortion.
//! Knows nothing of light.

use super::{HEIGHT, Random, Ranges, Screen, WIDTH, real, whole};

/// Distance of the camera in widths of the image: a field of view of about 60 degrees.
const FOCAL_LENGTH: f32 = 0.87;

/// Grey of the room around the screen.
const ROOM: f32 = 0.35;

/// White modules around the codes, before the room begins.
const MARGIN: f32 = 3.0;

/// The way from modules to pixels.
#[derive(Debug, Clone)]
pub(super) struct Projection {
    columns: usize,
    rows: usize,
    scale: f32,
    tilt: f32,
    tilt_direction: f32,
    rotation: f32,
    shift: (f32, f32),
    radial: f32,
}

impl Projection {
    /// A place from which the whole screen is seen.
    pub(super) fn drawn(
        random: &mut Random,
        ranges: &Ranges,
        (columns, rows): (usize, usize),
        scale: f32,
    ) -> Self {
        let mut projection = Self {
            columns,
            rows,
            scale,
            tilt: random.between(ranges.tilt_degrees).to_radians(),
            tilt_direction: random.between((0.0, std::f32::consts::TAU)),
            rotation: random.around_zero(ranges.rotation_degrees).to_radians(),
            shift: (random.around_zero(60.0), random.around_zero(30.0)),
            radial: random.around_zero(ranges.radial),
        };
        // Nobody holds a camera so that the code sticks out of the picture.
        for _ in 0..40 {
            if projection.fits() {
                break;
            }
            projection.rotation *= 0.85;
            projection.shift = (projection.shift.0 * 0.7, projection.shift.1 * 0.7);
        }
        projection
    }

    /// The same place, held by a hand.
    pub(super) fn trembled(&self, random: &mut Random, ranges: &Ranges) -> Self {
        let hand = ranges.motion.1;
        let mut moved = self.clone();
        moved.tilt = (self.tilt + random.around_zero(0.2 * hand).to_radians()).clamp(
            ranges.tilt_degrees.0.to_radians(),
            ranges.tilt_degrees.1.to_radians(),
        );
        moved.rotation += random.around_zero(0.15 * hand).to_radians();
        moved.shift.0 += random.around_zero(1.5 * hand);
        moved.shift.1 += random.around_zero(1.5 * hand);
        if moved.fits() { moved } else { self.clone() }
    }

    pub(super) const fn looks_at(&self, columns: usize, rows: usize) -> bool {
        self.columns == columns && self.rows == rows
    }

    fn fits(&self) -> bool {
        // The quiet zone may touch the border of the picture, the code may not.
        let inset = 2.0;
        let (right, bottom) = (real(self.columns) - inset, real(self.rows) - inset);
        [
            (inset, inset),
            (right, inset),
            (right, bottom),
            (inset, bottom),
        ]
        .into_iter()
        .all(|(column, row)| {
            let (x, y) = self.to_image(column, row);
            (0.0..real(WIDTH)).contains(&x) && (0.0..real(HEIGHT)).contains(&y)
        })
    }

    /// The plane of the screen in space: two unit vectors and how deep they lead.
    fn axes(&self) -> [[f32; 3]; 2] {
        let (sine, cosine) = self.tilt.sin_cos();
        let (down, across) = self.tilt_direction.sin_cos();
        // Tilts about an axis in the image plane, after a rotation about the line of sight.
        let tilted = |(x, y): (f32, f32)| {
            let along = x * across + y * down;
            let lost = along * (1.0 - cosine);
            [x - lost * across, y - lost * down, along * sine]
        };
        let (turn_sine, turn_cosine) = self.rotation.sin_cos();
        [
            tilted((turn_cosine, turn_sine)),
            tilted((-turn_sine, turn_cosine)),
        ]
    }

    /// Pixels of a place on the screen, in modules.
    fn to_image(&self, column: f32, row: f32) -> (f32, f32) {
        let [right, down] = self.axes();
        let across = (column - real(self.columns) / 2.0) * self.scale;
        let along = (row - real(self.rows) / 2.0) * self.scale;
        let focal = FOCAL_LENGTH * real(WIDTH);
        let place = |axis: usize| across * right[axis] + along * down[axis];
        let depth = 1.0 + place(2) / focal;
        let (x, y) = (
            place(0) / depth + self.shift.0,
            place(1) / depth + self.shift.1,
        );
        let (x, y) = self.bent(x, y);
        (x + real(WIDTH) / 2.0, y + real(HEIGHT) / 2.0)
    }

    /// Radial distortion about the middle: radius 1 is half the diagonal.
    fn bent(&self, x: f32, y: f32) -> (f32, f32) {
        let half = real(WIDTH).hypot(real(HEIGHT)) / 2.0;
        let squared = (x * x + y * y) / (half * half);
        let factor = 1.0 + self.radial * squared;
        (x * factor, y * factor)
    }

    /// The place on the screen, in modules, that a point of the image shows.
    fn to_screen(&self, x: f32, y: f32) -> (f32, f32) {
        let (seen_x, seen_y) = (x - real(WIDTH) / 2.0, y - real(HEIGHT) / 2.0);
        // Undo the distortion step by step: it is small.
        let (mut x, mut y) = (seen_x, seen_y);
        for _ in 0..3 {
            let (bent_x, bent_y) = self.bent(x, y);
            (x, y) = (x + seen_x - bent_x, y + seen_y - bent_y);
        }
        let (x, y) = (x - self.shift.0, y - self.shift.1);
        let [right, down] = self.axes();
        let focal = FOCAL_LENGTH * real(WIDTH);
        // Two linear equations in the two coordinates of the screen.
        let coefficient = |axis: [f32; 3]| {
            let depth = axis[2] / focal;
            (axis[0] - x * depth, axis[1] - y * depth)
        };
        let (right, down) = (coefficient(right), coefficient(down));
        let determinant = right.0 * down.1 - down.0 * right.1;
        let across = (x * down.1 - down.0 * y) / determinant / self.scale;
        let along = (right.0 * y - x * right.1) / determinant / self.scale;
        (
            across + real(self.columns) / 2.0,
            along + real(self.rows) / 2.0,
        )
    }

    /// How light the screen is where a pixel looks, over the area of the pixel.
    pub(super) fn reflectance(&self, screen: &Screen, x: usize, y: usize) -> f32 {
        let (columns, rows) = (real(self.columns), real(self.rows));
        let (column, row) = self.to_screen(real(x) + 0.5, real(y) + 0.5);
        let outside = |place: f32, end: f32| place < -MARGIN || place > end + MARGIN;
        if outside(column, columns) || outside(row, rows) {
            return ROOM;
        }
        if column < -1.0 || row < -1.0 || column > columns + 1.0 || row > rows + 1.0 {
            return 1.0;
        }
        // The neighbours' places give those of the parts of the pixel: the map is smooth.
        let (next_column, next_row) = self.to_screen(real(x) + 1.5, real(y) + 0.5);
        let (below_column, below_row) = self.to_screen(real(x) + 0.5, real(y) + 1.5);
        let parts = [-0.375_f32, -0.125, 0.125, 0.375];
        let places = parts
            .iter()
            .flat_map(|across| parts.iter().map(move |down| (*across, *down)));
        let light = places.filter(|(across, down)| {
            let column = column + across * (next_column - column) + down * (below_column - column);
            let row = row + across * (next_row - row) + down * (below_row - row);
            !(column >= 0.0 && row >= 0.0 && screen.is_dark(whole(column), whole(row)))
        });
        real(light.count()) / 16.0
    }
}
