//! Four lanes of 32 bits: what the kernels of the browser's encoder are written in.
//!
//! Hard because WebAssembly has two instruction sets for the same product: `simd128` everywhere, and `relaxed-simd`,
//! whose one instruction does the work of four, where the engine has it. A module that names an instruction the engine
//! lacks is refused as a whole, so there are two modules, each with its own [`Lanes`]. [`Portable`] is plain Rust, for
//! tests on any processor; the integer sums of all three are the same numbers.

/// Vectors of four lanes and what the kernels do with them.
pub trait Lanes: Copy + Send + Sync + 'static {
    /// Four floats.
    type Floats: Copy;
    /// Sixteen weights: four outputs, four inputs each.
    type Weights: Copy;
    /// Four inputs, once for each output.
    type Inputs: Copy;
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
    /// Weights from memory, each 0 to 127.
    fn weights(weights: &[u8; 16]) -> Self::Weights;
    /// Inputs from memory.
    fn inputs(inputs: &[i8; 4]) -> Self::Inputs;
    /// Sums that begin with `value`.
    fn start(value: i32) -> Self::Sums;
    /// Adds to each output's sum the products of its weights with the inputs.
    fn dot(sums: Self::Sums, inputs: Self::Inputs, weights: Self::Weights) -> Self::Sums;
    /// The sums as floats.
    fn floats(sums: Self::Sums) -> Self::Floats;
}

/// Plain Rust.
#[derive(Debug, Clone, Copy)]
pub struct Portable;

impl Lanes for Portable {
    type Floats = [f32; 4];
    type Weights = [u8; 16];
    type Inputs = [i8; 4];
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
    fn weights(weights: &[u8; 16]) -> [u8; 16] {
        *weights
    }

    #[inline(always)]
    fn inputs(inputs: &[i8; 4]) -> [i8; 4] {
        *inputs
    }

    #[inline(always)]
    fn start(value: i32) -> [i32; 4] {
        [value; 4]
    }

    #[inline(always)]
    fn dot(sums: [i32; 4], inputs: [i8; 4], weights: [u8; 16]) -> [i32; 4] {
        std::array::from_fn(|output| {
            let own = &weights[output * 4..output * 4 + 4];
            sums[output] + own.iter().zip(inputs).map(|(w, x)| i32::from(*w) * i32::from(x)).sum::<i32>()
        })
    }

    #[inline(always)]
    fn floats(sums: [i32; 4]) -> [f32; 4] {
        sums.map(|sum| sum as f32)
    }
}
