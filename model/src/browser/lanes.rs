//! Four lanes of 32 bits: what the kernels of the browser's encoder are written in.
//!
//! Hard because WebAssembly has two instruction sets for the same product: `simd128` everywhere, and `relaxed-simd`,
//! whose one instruction does the work of four, where the engine has it. A module that names an instruction the engine
//! lacks is refused as a whole, so there are two modules, each with its own [`Lanes`]. Both are fed with 32-bit words:
//! four numbers of 8 bits, or two of 16. [`Portable`] is plain Rust for either, for tests on any processor; the integer
//! sums are the same numbers.

use super::kernels::STEP;

/// Adding 1.5 · 2^23 rounds to the nearest whole number and leaves it in the lowest bits.
pub const ROUNDING: f32 = 12_582_912.0;

/// Vectors of four lanes and what the kernels do with them.
pub trait Lanes: Copy + Send + Sync + 'static {
    /// Numbers in a word: 4 or 2.
    const GROUP: usize;
    /// The bits of one of them.
    const MASK: u32 = u32::MAX >> (32 - 32 / Self::GROUP);
    /// The largest rounded weight, in either direction.
    const LARGEST_WEIGHT: i32;
    /// The largest rounded input; the lowest is 0.
    const HIGHEST: i32;
    /// Whether rounding is so coarse that weights and inputs have to be turned first.
    const TURNED: bool;

    /// Four floats.
    type Floats: Copy;
    /// Four words.
    type Words: Copy;
    /// Running sums of four outputs.
    type Sums: Copy;

    /// Four floats from memory.
    fn load(values: &[f32; 4]) -> Self::Floats;
    /// Four floats to memory.
    fn store(values: Self::Floats, to: &mut [f32; 4]);
    /// One float in all lanes.
    fn splat(value: f32) -> Self::Floats;
    /// `a · b`.
    fn multiply(a: Self::Floats, b: Self::Floats) -> Self::Floats;
    /// `a · b + c`, rounded once or twice.
    fn multiply_add(a: Self::Floats, b: Self::Floats, c: Self::Floats) -> Self::Floats;
    /// Words of weights of four outputs from memory.
    fn words(words: &[u32; 4]) -> Self::Words;
    /// A word of inputs from memory, once for each output.
    fn word(word: &u32) -> Self::Words;
    /// Sums that begin.
    fn zero() -> Self::Sums;
    /// Adds to each output's sum the products of its weights with the inputs.
    fn dot(sums: Self::Sums, input: Self::Words, weights: Self::Words) -> Self::Sums;
    /// The sums as floats.
    fn floats(sums: Self::Sums) -> Self::Floats;

    /// Rounds `(x - lowest) · inverse`, within 0 to [`Lanes::HIGHEST`], into the first words of `words`.
    #[inline(always)]
    fn narrow(numbers: &[f32; STEP], lowest: f32, inverse: f32, words: &mut [u32; STEP / 2]) {
        for (word, numbers) in words.iter_mut().zip(numbers.chunks_exact(Self::GROUP)) {
            *word = numbers.iter().enumerate().fold(0, |word, (at, x)| {
                let whole = ((x - lowest) * inverse + ROUNDING).to_bits() & Self::MASK;
                word | whole << (at * 32 / Self::GROUP)
            });
        }
    }
}

/// Plain Rust, with `GROUP` numbers in a word.
#[derive(Debug, Clone, Copy)]
pub struct Portable<const GROUP: usize>;

/// What both have in common; `$number` is the type of a number in a word.
macro_rules! portable {
    ($group:literal, $number:ty, $weight:literal, $highest:literal, $turned:literal) => {
        impl Lanes for Portable<$group> {
            const GROUP: usize = $group;
            const LARGEST_WEIGHT: i32 = $weight;
            const HIGHEST: i32 = $highest;
            const TURNED: bool = $turned;

            type Floats = [f32; 4];
            type Words = [u32; 4];
            type Sums = [i32; 4];

            #[inline(always)]
            fn load(values: &[f32; 4]) -> [f32; 4] {
                *values
            }

            #[inline(always)]
            fn store(values: [f32; 4], to: &mut [f32; 4]) {
                *to = values;
            }

            #[inline(always)]
            fn splat(value: f32) -> [f32; 4] {
                [value; 4]
            }

            #[inline(always)]
            fn multiply(a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
                std::array::from_fn(|at| a[at] * b[at])
            }

            #[inline(always)]
            fn multiply_add(a: [f32; 4], b: [f32; 4], c: [f32; 4]) -> [f32; 4] {
                std::array::from_fn(|at| a[at] * b[at] + c[at])
            }

            #[inline(always)]
            fn words(words: &[u32; 4]) -> [u32; 4] {
                *words
            }

            #[inline(always)]
            fn word(word: &u32) -> [u32; 4] {
                [*word; 4]
            }

            #[inline(always)]
            fn zero() -> [i32; 4] {
                [0; 4]
            }

            #[inline(always)]
            fn dot(sums: [i32; 4], input: [u32; 4], weights: [u32; 4]) -> [i32; 4] {
                let number = |word: u32, at: usize| i32::from((word >> (at * 32 / $group)) as $number);
                std::array::from_fn(|output| {
                    let products = (0..$group).map(|at| number(input[output], at) * number(weights[output], at));
                    sums[output] + products.sum::<i32>()
                })
            }

            #[inline(always)]
            fn floats(sums: [i32; 4]) -> [f32; 4] {
                sums.map(|sum| sum as f32)
            }
        }
    };
}

portable!(4, i8, 127, 127, true);
portable!(2, i16, 1023, 1023, false);
