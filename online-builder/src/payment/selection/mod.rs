//! Which coins pay, and what comes back. The library's branch and bound proposes; every sum is made
//! here, in whole satoshis. Knows amounts and weights, nothing of scripts.

use std::collections::BTreeSet;

use bdk_coin_select::metrics::LowestFee;
use bdk_coin_select::{
    Candidate as Proposed, ChangePolicy, CoinSelector, DrainWeights, FeeRate as FloatRate,
    Target as Wanted, TargetFee, TargetOutputs,
};

use super::weight::Weights;
use super::{FeeRate, PaymentError, sum};

/// A coin that can be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Its worth in satoshis.
    pub(super) value: u64,
    /// Whether it has to be spent, for what is replaced spends it.
    pub(super) required: bool,
}

/// What has to be reached.
#[derive(Debug)]
pub(super) struct Target<'a> {
    pub(super) weights: &'a Weights,
    /// What others get, in satoshis.
    pub(super) outputs: u64,
    pub(super) rate: FeeRate,
    /// The fee of what is replaced, in satoshis.
    pub(super) replaced_fee: Option<u64>,
    /// Inputs that the policy allows.
    pub(super) max_inputs: usize,
}

/// The coins that pay, by their positions, and what comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Selection {
    pub(super) chosen: BTreeSet<usize>,
    pub(super) change_sat: Option<u64>,
}

/// What is left after payments and fee.
enum LeftOver {
    /// Less than nothing.
    Short,
    /// Too little for an output: it goes to the fee.
    Fee,
    /// Satoshis that come back.
    Change(u64),
}

impl Target<'_> {
    /// Chooses. If the lowest fee takes more inputs than are allowed, the largest coins are taken.
    ///
    /// # Errors
    /// [`PaymentError::Funds`], [`PaymentError::Range`].
    pub(super) fn select(&self, candidates: &[Candidate]) -> Result<Selection, PaymentError> {
        let usable = self.usable(candidates);
        let proposed = self.proposed(candidates, &usable);
        let selection = self.completed(candidates, &usable, proposed)?;
        if selection.chosen.len() <= self.max_inputs {
            return Ok(selection);
        }
        self.completed(candidates, &usable, required(candidates))
    }

    /// Coins that are worth more than it costs to spend them, largest first, and those that have to
    /// be spent.
    fn usable(&self, candidates: &[Candidate]) -> Vec<usize> {
        let cost = self.rate.fee(self.weights.input.div_ceil(4));
        let worth = |candidate: &Candidate| candidate.required || candidate.value > cost;
        let mut usable: Vec<(usize, u64)> = candidates
            .iter()
            .enumerate()
            .filter(|(_, candidate)| worth(candidate))
            .map(|(position, candidate)| (position, candidate.value))
            .collect();
        usable.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(&right.0)));
        usable.into_iter().map(|(position, _)| position).collect()
    }

    /// What the library takes for the cheapest: nothing but a proposal.
    fn proposed(&self, candidates: &[Candidate], usable: &[usize]) -> BTreeSet<usize> {
        let mut proposal = required(candidates);
        let Ok(rate) = self.rate.number().parse::<f32>() else {
            return proposal;
        };
        let listed: Vec<Proposed> = usable
            .iter()
            .filter_map(|position| candidates.get(*position))
            .map(|candidate| Proposed {
                value: candidate.value,
                weight: self.weights.input,
                input_count: 1,
                is_segwit: self.weights.is_segwit,
            })
            .collect();
        let mut selector = CoinSelector::new(&listed);
        for (place, position) in usable.iter().enumerate() {
            if proposal.contains(position) {
                selector.select(place);
            }
        }
        let rate = FloatRate::from_sat_per_vb(rate);
        let replace = self.replaced_fee.map(bdk_coin_select::Replace::new);
        let metric = LowestFee {
            target: Wanted {
                fee: TargetFee { rate, replace },
                outputs: TargetOutputs {
                    value_sum: self.outputs,
                    weight_sum: self.weights.outputs,
                    n_outputs: self.weights.output_count,
                },
            },
            long_term_feerate: rate,
            change_policy: ChangePolicy::min_value(
                DrainWeights {
                    output_weight: self.weights.change,
                    spend_weight: self.weights.input,
                    n_outputs: 1,
                },
                self.least_change(),
            ),
        };
        if selector.run_bnb(metric, ROUNDS).is_ok() {
            let places = selector.selected_indices().iter();
            proposal.extend(places.filter_map(|place| usable.get(*place)));
        }
        proposal
    }

    /// Adds the largest coins that are left until a choice suffices, and works out the change.
    fn completed(
        &self,
        candidates: &[Candidate],
        usable: &[usize],
        mut chosen: BTreeSet<usize>,
    ) -> Result<Selection, PaymentError> {
        let mut others = usable.iter();
        loop {
            let available = worth(candidates, &chosen)?;
            let left_over = match chosen.len() {
                0 => LeftOver::Short,
                inputs => self.left_over(available, inputs)?,
            };
            let change_sat = match left_over {
                LeftOver::Change(satoshis) => Some(Some(satoshis)),
                LeftOver::Fee => Some(None),
                LeftOver::Short => None,
            };
            if let Some(change_sat) = change_sat {
                return Ok(Selection { chosen, change_sat });
            }
            let next = others.find(|position| !chosen.contains(position));
            let Some(next) = next else {
                return Err(PaymentError::Funds {
                    available,
                    coins: chosen.len(),
                    needed: self.outputs,
                    fee: self.fee(chosen.len().max(1), false),
                });
            };
            chosen.insert(*next);
        }
    }

    /// What is left over if so many coins of so much worth are spent.
    fn left_over(&self, available: u64, inputs: usize) -> Result<LeftOver, PaymentError> {
        let with_change = sum([self.outputs, self.fee(inputs, true)])?;
        let change = available.checked_sub(with_change);
        if let Some(change) = change.filter(|change| *change >= self.least_change()) {
            return Ok(LeftOver::Change(change));
        }
        let without = sum([self.outputs, self.fee(inputs, false)])?;
        Ok(if available >= without {
            LeftOver::Fee
        } else {
            LeftOver::Short
        })
    }

    /// The least fee, in satoshis: what the rate says, and for a replacement what the nodes demand
    /// (BIP-125, rule 4).
    fn fee(&self, inputs: usize, with_change: bool) -> u64 {
        let virtual_bytes = self.weights.virtual_bytes(inputs, with_change);
        let fee = self.rate.fee(virtual_bytes);
        let least = self.replaced_fee.map_or(0, |replaced| {
            replaced.saturating_add(FeeRate::INCREMENT.fee(virtual_bytes))
        });
        fee.max(least)
    }

    /// Change has to be worth passing on, and more than it costs to spend it.
    fn least_change(&self) -> u64 {
        let cost = self.rate.fee(self.weights.input.div_ceil(4));
        self.weights.change_dust.max(cost)
    }
}

/// Steps of the search, at most.
const ROUNDS: usize = 5_000;

fn required(candidates: &[Candidate]) -> BTreeSet<usize> {
    let numbered = candidates.iter().enumerate();
    let required = numbered.filter(|(_, candidate)| candidate.required);
    required.map(|(position, _)| position).collect()
}

fn worth(candidates: &[Candidate], chosen: &BTreeSet<usize>) -> Result<u64, PaymentError> {
    let chosen = chosen
        .iter()
        .filter_map(|position| candidates.get(*position));
    sum(chosen.map(|candidate| candidate.value))
}

#[cfg(test)]
mod tests;
