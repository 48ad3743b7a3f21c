//! The front end is embedded at compile time: when it is built anew, so is what embeds it.

fn main() {
    println!("cargo::rerun-if-changed=../target/web");
    println!("cargo::rerun-if-changed=../models.toml");
}
