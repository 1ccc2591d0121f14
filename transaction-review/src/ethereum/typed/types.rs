//! The types of a document: every one used, none inside itself, each member once.
//! Knows `encodeType` (EIP-712), nothing of values.

use std::collections::{BTreeMap, BTreeSet};

use super::kind::{is_identifier, is_struct_name};
use super::{MemberType, TypedDataError};
use crate::excerpt::excerpt;
use crate::limits::{MAX_TYPED_DEPTH, MAX_TYPED_MEMBERS, MAX_TYPED_TYPES};

/// The name of the domain's type.
pub(super) const DOMAIN: &str = "EIP712Domain";

/// A member of a struct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its type as it is spelled.
    pub spelled: String,
    /// Its type.
    pub kind: MemberType,
}

/// Structs by name, with their members in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Types(BTreeMap<String, Vec<Member>>);

impl Types {
    /// Checks types given as names and spellings; `primary` and the domain are what may not be unused.
    ///
    /// # Errors
    /// [`TypedDataError::Name`], [`TypedDataError::Type`], [`TypedDataError::Recursive`],
    /// [`TypedDataError::Unused`], [`TypedDataError::TooLarge`], [`TypedDataError::Missing`].
    pub fn new(
        given: BTreeMap<String, Vec<(String, String)>>,
        primary: &str,
    ) -> Result<Self, TypedDataError> {
        capped("types", given.len(), MAX_TYPED_TYPES)?;
        let mut types = BTreeMap::new();
        for (name, members) in given {
            if !is_struct_name(&name) {
                let found = excerpt(&name);
                return Err(TypedDataError::Name { found });
            }
            let members = read_members(&name, members)?;
            types.insert(name, members);
        }
        let types = Self(types);
        types.known()?;
        for root in [primary, DOMAIN] {
            types.depth(root)?;
        }
        let used: BTreeSet<&str> = [primary, DOMAIN]
            .into_iter()
            .chain(types.below(primary))
            .chain(types.below(DOMAIN))
            .collect();
        let mut names = types.0.keys();
        match names.find(|name| !used.contains(name.as_str())) {
            None => Ok(types),
            Some(unused) => Err(TypedDataError::Unused {
                found: excerpt(unused),
            }),
        }
    }

    /// The members of a struct.
    pub fn members(&self, name: &str) -> &[Member] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Every struct with its members.
    pub(super) fn all(&self) -> impl Iterator<Item = (&String, &Vec<Member>)> {
        self.0.iter()
    }

    /// `encodeType`: the struct, then every struct below it by name.
    pub fn encode_type(&self, name: &str) -> String {
        let below: BTreeSet<&str> = self.below(name).filter(|other| *other != name).collect();
        [name]
            .into_iter()
            .chain(below)
            .map(|name| self.one(name))
            .collect()
    }

    fn one(&self, name: &str) -> String {
        let members = self.members(name).iter();
        let members: Vec<String> = members
            .map(|member| format!("{} {}", member.spelled, member.name))
            .collect();
        format!("{name}({})", members.join(","))
    }

    /// Every struct of a member is there.
    fn known(&self) -> Result<(), TypedDataError> {
        let members = self.0.iter();
        let mut members =
            members.flat_map(|(name, members)| members.iter().map(move |member| (name, member)));
        let unknown = members.find(|(_, member)| {
            let other = member.kind.structure();
            other.is_some_and(|other| !self.0.contains_key(other))
        });
        match unknown {
            None => Ok(()),
            Some((name, member)) => Err(TypedDataError::Type {
                member: excerpt(&format!("{name}.{}", member.name)),
                found: excerpt(&member.spelled),
            }),
        }
    }

    /// The structs below one, in no order; each as often as it is found, a cycle excepted.
    fn below<'t>(&'t self, name: &'t str) -> impl Iterator<Item = &'t str> {
        let mut found = BTreeSet::new();
        let mut open = vec![name];
        while let Some(next) = open.pop() {
            let inside = self.members(next).iter();
            let inside = inside.filter_map(|member| member.kind.structure());
            open.extend(inside.filter(|other| found.insert(*other)));
        }
        found.into_iter()
    }

    /// How deep structs lie in this one. One inside itself, or deeper than the cap, is refused.
    fn depth(&self, root: &str) -> Result<(), TypedDataError> {
        if !self.0.contains_key(root) {
            return Err(TypedDataError::Missing {
                path: format!("types.{}", excerpt(root)),
            });
        }
        if self
            .below(root)
            .any(|below| self.below(below).any(|again| again == below))
        {
            let found = excerpt(root);
            return Err(TypedDataError::Recursive { found });
        }
        let mut level: BTreeSet<&str> = BTreeSet::from([root]);
        let mut depth = 0_usize;
        while !level.is_empty() {
            depth = depth.saturating_add(1);
            capped("levels", depth, MAX_TYPED_DEPTH)?;
            let members = level.iter().flat_map(|name| self.members(name));
            level = members
                .filter_map(|member| member.kind.structure())
                .collect();
        }
        Ok(())
    }
}

fn read_members(
    owner: &str,
    members: Vec<(String, String)>,
) -> Result<Vec<Member>, TypedDataError> {
    capped("members of one type", members.len(), MAX_TYPED_MEMBERS)?;
    let mut seen = BTreeSet::new();
    let mut read = Vec::new();
    for (name, spelled) in members {
        if !is_identifier(&name) || !seen.insert(name.clone()) {
            let found = excerpt(&name);
            return Err(TypedDataError::Name { found });
        }
        let kind = MemberType::parse(&spelled).ok_or_else(|| TypedDataError::Type {
            member: excerpt(&format!("{owner}.{name}")),
            found: excerpt(&spelled),
        })?;
        read.push(Member {
            name,
            spelled,
            kind,
        });
    }
    if read.is_empty() {
        return Err(TypedDataError::Missing {
            path: format!("the members of {}", excerpt(owner)),
        });
    }
    Ok(read)
}

/// No more of something than a cap.
pub(super) const fn capped(
    what: &'static str,
    found: usize,
    limit: usize,
) -> Result<(), TypedDataError> {
    if found <= limit {
        return Ok(());
    }
    Err(TypedDataError::TooLarge { what, found, limit })
}
