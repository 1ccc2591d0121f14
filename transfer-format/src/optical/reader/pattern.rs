//! Finder and alignment patterns as templates, and where an image is most like one.
//! Knows nothing of codes.

use super::grey::Grey;
use super::perspective::Point;

/// Modules between two places looked at, at first.
const COARSE: f32 = 0.6;

/// A pattern of square rings: places about its middle, in modules, and how dark they are.
pub(super) struct Pattern {
    places: Vec<(Point, f32)>,
}

impl Pattern {
    /// The finder pattern and the light ring about it, module by module.
    pub(super) fn finder() -> Self {
        Self::of(&[1.0, 1.0, -1.0, 1.0, -1.0], 1)
    }

    /// The alignment pattern, in half modules: a value between two rings is their mean.
    pub(super) fn alignment() -> Self {
        Self::of(&[1.0, 0.0, -1.0, 0.0, 1.0], 2)
    }

    /// `rings` from the middle outwards, `parts` of them to a module.
    fn of(rings: &[f32], parts: u8) -> Self {
        let last = i8::try_from(rings.len()).unwrap_or(1).saturating_sub(1);
        let first = last.saturating_neg();
        let mut places = Vec::new();
        for row in first..=last {
            for column in first..=last {
                let ring = usize::from(row.unsigned_abs().max(column.unsigned_abs()));
                let place = Point::new(f32::from(column), f32::from(row));
                let value = rings.get(ring).copied().unwrap_or(0.0);
                places.push((place.times(1.0 / f32::from(parts)), value));
            }
        }
        // Mean 0 and length 1, so that a product with grey values is a correlation.
        let count = super::number::real(places.len());
        let mean: f32 = places.iter().map(|(_, value)| value).sum::<f32>() / count;
        for (_, value) in &mut places {
            *value -= mean;
        }
        let length: f32 = places.iter().map(|(_, value)| value * value).sum();
        let length = length.sqrt();
        for (_, value) in &mut places {
            *value /= length;
        }
        Self { places }
    }

    /// The correlation of the image with the pattern at a place: 1 is the same, 0 is chance.
    fn likeness(&self, image: &Grey, middle: Point, [right, down]: [Point; 2]) -> f32 {
        let (mut product, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for (place, value) in &self.places {
            let grey = image.at(Point::new(
                middle.x + right.x * place.x + down.x * place.y,
                middle.y + right.y * place.x + down.y * place.y,
            ));
            product += value * grey;
            sum += grey;
            squares += grey * grey;
        }
        let count = super::number::real(self.places.len());
        let spread = (squares - sum * sum / count).max(1.0).sqrt();
        // Dark is a low grey value.
        -product / spread
    }

    /// Where the image is most like the pattern, at most `reach` modules from a place, and how
    /// much it is.
    pub(super) fn find(
        &self,
        image: &Grey,
        start: Point,
        steps: [Point; 2],
        reach: f32,
    ) -> (Point, f32) {
        let [right, down] = steps;
        let at = |across: f32, along: f32| start.plus(right.times(across)).plus(down.times(along));
        let rate = |place: Point| self.likeness(image, at(place.x, place.y), steps);
        let mut best = (Point::ZERO, f32::MIN);
        for place in raster(reach) {
            // Of two that are alike, the nearer.
            let likeness = rate(place) - place.dot(place) * 0.01;
            if likeness > best.1 {
                best = (place, likeness);
            }
        }
        let (mut place, _) = best;
        let mut likeness = rate(place);
        for step in [0.25, 0.125, 0.0625] {
            let sides = [(-step, 0.0), (step, 0.0), (0.0, -step), (0.0, step)];
            let near = sides.map(|(across, down)| place.plus(Point::new(across, down)));
            let rated = near.map(|place| (place, rate(place)));
            let better = rated
                .into_iter()
                .max_by(|one, other| one.1.total_cmp(&other.1));
            if let Some(better) = better.filter(|better| better.1 > likeness) {
                (place, likeness) = better;
            }
        }
        (at(place.x, place.y), likeness)
    }
}

/// Places at most `reach` away across and along, in equal steps.
fn raster(reach: f32) -> impl Iterator<Item = Point> {
    let count = (reach / COARSE).round().clamp(0.0, 20.0);
    let steps = move || {
        let mut next = -count;
        std::iter::from_fn(move || {
            let this = next;
            next += 1.0;
            (this <= count).then_some(this * COARSE)
        })
    };
    steps().flat_map(move |along| steps().map(move |across| Point::new(across, along)))
}
