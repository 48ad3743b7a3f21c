//! The licences of everything that is compiled in, held against the list of those a user may take on unseen.
//!
//! Licence expressions are SPDX (annex D): names joined by `OR`, `AND`, `WITH` and brackets; old packages write `/`
//! for `OR`. Nothing is fetched: cargo already knows every package's expression.

use crate::steps::{cargo, root, say};
use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;

/// Licences that ask for no more than to be named, and the weak copyleft of MPL-2.0, which stays within its files.
const ALLOWED: [&str; 15] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Checks every dependency's licence expression.
pub fn check() -> Result<()> {
    let metadata = MetadataCommand::new()
        .cargo_path(cargo().get_program())
        .current_dir(root())
        .other_options(["--locked".to_owned()])
        .exec()
        .context("failed to read the dependencies")?;
    let dependencies: Vec<_> = metadata.packages.iter().filter(|package| package.source.is_some()).collect();
    let refused: Vec<String> = dependencies
        .iter()
        .filter(|package| !package.license.as_deref().is_some_and(allows))
        .map(|package| {
            let licence = package.license.as_deref().unwrap_or("no licence expression");
            format!("{} {}: {licence}", package.name, package.version)
        })
        .collect();
    if !refused.is_empty() {
        bail!("licences not on the list in xtask/src/licences.rs:\n  {}", refused.join("\n  "));
    }
    say(&format!("{} dependencies, every licence on the list", dependencies.len()));
    Ok(())
}

/// Whether an expression can be met with allowed licences alone.
fn allows(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let met = any(&mut words);
    met && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

/// `all OR all …`
fn any(words: &mut Words<'_>) -> bool {
    let mut met = all(words);
    while words.next_if_eq(&"OR").is_some() {
        met |= all(words);
    }
    met
}

/// `one AND one …`
fn all(words: &mut Words<'_>) -> bool {
    let mut met = one(words);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words);
    }
    met
}

/// A name with its exception, or an expression in brackets.
fn one(words: &mut Words<'_>) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let met = any(words);
        return words.next_if_eq(&")").is_some() && met;
    }
    let Some(name) = words.next() else {
        return false;
    };
    let name = match words.next_if_eq(&"WITH").and_then(|_| words.next()) {
        Some(exception) => format!("{name} WITH {exception}"),
        None => name.to_owned(),
    };
    ALLOWED.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::allows;

    #[test]
    fn one_allowed_alternative_is_enough() {
        assert!(allows("GPL-3.0-only OR MIT"));
        assert!(allows("Unlicense/MIT"));
    }

    #[test]
    fn every_joined_licence_must_be_allowed() {
        assert!(!allows("MIT AND GPL-3.0-only"));
        assert!(allows("(MIT OR GPL-2.0-only) AND Unicode-3.0"));
        assert!(!allows("(MIT OR Apache-2.0) AND (GPL-2.0-only)"));
    }

    #[test]
    fn an_exception_belongs_to_its_licence() {
        assert!(allows("Apache-2.0 WITH LLVM-exception"));
        assert!(!allows("GPL-2.0-only WITH Classpath-exception-2.0"));
    }

    #[test]
    fn a_broken_expression_is_not_allowed() {
        assert!(!allows(""));
        assert!(!allows("MIT MIT"));
        assert!(!allows("(MIT"));
    }
}
