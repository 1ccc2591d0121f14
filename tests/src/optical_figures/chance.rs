//! Chance that can be repeated, and what is read off many trials.
//! Knows nothing of what is left to chance.

/// Numbers that look random (`SplitMix64`), the same for the same seed.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The row of numbers that belongs to a seed and the number of a trial.
    pub const fn new(seed: u64, trial: u32) -> Self {
        Self(
            seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)
                ^ (trial as u64).wrapping_mul(0xd1b5_4a32_d192_ed03),
        )
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 on and below 1.
    pub fn share(&mut self) -> f64 {
        let bits = u32::try_from(self.bits() >> 32).expect("32 bits");
        f64::from(bits) / 4_294_967_296.0
    }

    /// A number below `end`, which is not zero.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).expect("a count");
        usize::try_from(self.bits() % end).expect("below a usize")
    }

    /// Bytes that look like noise.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.bits().to_be_bytes()[0]).collect()
    }
}

/// The figures of many trials.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample(Vec<f64>);

impl Sample {
    /// A sample of at least one figure.
    pub fn new(figures: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = figures.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        assert!(!sorted.is_empty(), "no trials");
        Self(sorted)
    }

    /// The figure that half of the trials do not exceed.
    pub fn median(&self) -> f64 {
        self.quantile(50)
    }

    /// The figure that 95 of 100 trials do not exceed.
    pub fn p95(&self) -> f64 {
        self.quantile(95)
    }

    fn quantile(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0[rank - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_figures_of_the_sample() {
        let sample = Sample::new((1..=100).rev().map(f64::from));
        assert!((sample.median() - 50.0).abs() < f64::EPSILON);
        assert!((sample.p95() - 95.0).abs() < f64::EPSILON);
    }

    #[test]
    fn the_same_seed_gives_the_same_row() {
        let row = |seed| Chance::new(seed, 3).bytes(8);
        assert_eq!(row(1), row(1));
        assert_ne!(row(1), row(2));
    }
}
