//! What rounding is spared by loud channels: each is taken back to its usual loudness before its row is rounded.
//!
//! Hard because a row of activations has one step for all its channels, and in a transformer some channels are many times
//! as loud as the others, always the same ones and mostly to one side (Dettmers et al., LLM.int8(), 2022). A row therefore
//! enters a product as `(x - centre) / scale`, channel by channel; the weights take the scale, the bias the centre
//! (SmoothQuant, Xiao et al., 2023). The norm that comes before gives such rows by itself and the residual sum undoes it
//! in one multiplication, so that nothing is paid for when texts are encoded.
//!
//! How loud a channel is shows in a few sentences ([`SAMPLES`]) that the network reads layer by layer while it is packed.

use super::rows::Norm;

/// What is read to see which channels are loud: questions, each with a provision that answers it. All are our own.
pub(crate) const SAMPLES: [(&str, &str); 6] = [
    (
        "bao lâu thì có kết quả hồ sơ?",
        "Cơ quan tiếp nhận hồ sơ cấp giấy biên nhận ngay trong ngày và trả kết quả chậm nhất sau 10 ngày làm việc, trừ khi hồ sơ còn thiếu giấy tờ.",
    ),
    (
        "mức hỗ trợ cho hộ bị bão lũ",
        "Điều 7. Mức hỗ trợ. 1. Hộ gia đình bị thiệt hại do bão, lũ được hỗ trợ không quá 30.000.000 đồng. 2. Ủy ban nhân dân xã lập danh sách và niêm yết công khai trong 5 ngày.",
    ),
    (
        "Nghị quyết có hiệu lực khi nào",
        "Nghị quyết này có hiệu lực từ ngày 01 tháng 3 năm 2027; những quy định trước đây trái với Nghị quyết này không còn được áp dụng.",
    ),
    (
        "chở quá số người bị phạt thế nào?",
        "Người điều khiển xe chở quá số người cho phép bị phạt tiền; nếu tái phạm thì còn bị giữ giấy phép lái xe từ 1 đến 3 tháng.",
    ),
    (
        "xả nước thải không phép phải bồi thường không",
        "Tổ chức, cá nhân xả nước thải vào sông, hồ mà không được phép phải dừng ngay, khắc phục hậu quả và bồi thường cho người bị thiệt hại theo thỏa thuận hoặc theo bản án của Tòa án.",
    ),
    (
        "Ai được miễn học phí?",
        "Đối tượng được miễn học phí: a) Sinh viên thuộc hộ nghèo; b) Người khuyết tật nặng; c) Con của người có công với cách mạng.",
    ),
];

/// How a product's inputs are changed before they are rounded: a row `x` becomes `(x - centre) / scale`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Balance {
    /// `[inputs]`
    pub centre: Vec<f32>,
    /// `[inputs]`
    pub scale: Vec<f32>,
}

impl Balance {
    /// For a product of rows like `values` (`[rows, inputs]`) with `weights` (`[outputs, inputs]`). Where there are no rows
    /// it changes nothing.
    ///
    /// The scale is the geometric mean of what would even out the inputs and what would even out the weights' columns, so
    /// that neither loses what the other gains.
    pub fn of(values: &[f32], weights: &[f32], inputs: usize) -> Self {
        if values.is_empty() {
            return Self { centre: vec![0.0; inputs], scale: vec![1.0; inputs] };
        }
        let centre = means(values, inputs);
        let loudest = |rows: &[f32], from: &[f32]| {
            let mut most = vec![0.0_f32; inputs];
            for row in rows.chunks_exact(inputs) {
                for ((most, x), from) in most.iter_mut().zip(row).zip(from) {
                    *most = most.max((x - from).abs());
                }
            }
            // What is silent here need not be so in every text.
            let least = LEAST * most.iter().sum::<f32>() / inputs as f32;
            most.iter_mut().for_each(|most| *most = most.max(least).max(SILENT));
            most
        };
        let (values, weights) = (loudest(values, &centre), loudest(weights, &vec![0.0; inputs]));
        let mut scale: Vec<f32> = values.iter().zip(&weights).map(|(value, weight)| (value / weight).sqrt()).collect();
        let usual = (scale.iter().map(|x| x.ln()).sum::<f32>() / inputs as f32).exp();
        scale.iter_mut().for_each(|x| *x /= usual);
        Self { centre, scale }
    }

    /// Changes the rows of `values`.
    pub fn apply(&self, values: &mut [f32]) {
        for row in values.chunks_exact_mut(self.scale.len()) {
            for ((x, centre), scale) in row.iter_mut().zip(&self.centre).zip(&self.scale) {
                *x = (*x - centre) / scale;
            }
        }
    }

    /// Makes a norm give changed rows.
    pub fn norm(&self, norm: &mut Norm) {
        self.apply(&mut norm.bias);
        norm.weight.iter_mut().zip(&self.scale).for_each(|(weight, scale)| *weight /= scale);
    }

    /// Makes a linear layer take changed rows.
    pub fn linear(&self, weights: &mut [f32], bias: &mut [f32]) {
        for (row, bias) in weights.chunks_exact_mut(self.scale.len()).zip(bias) {
            *bias += row.iter().zip(&self.centre).map(|(weight, centre)| weight * centre).sum::<f32>();
            row.iter_mut().zip(&self.scale).for_each(|(weight, scale)| *weight *= scale);
        }
    }
}

/// The least loudness of a channel, as a part of the mean.
const LEAST: f32 = 0.05;

/// What a channel counts as where every channel is silent. Far below any that is heard, and far enough above zero that
/// what is divided by it stays finite.
const SILENT: f32 = 1e-12;

/// The mean of each column.
pub(super) fn means(values: &[f32], width: usize) -> Vec<f32> {
    let mut means = vec![0.0; width];
    for row in values.chunks_exact(width) {
        means.iter_mut().zip(row).for_each(|(mean, x)| *mean += x);
    }
    let count = (values.len() / width.max(1)).max(1) as f32;
    means.iter_mut().for_each(|mean| *mean /= count);
    means
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INPUTS: usize = 7;

    fn matrix(rows: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f32>> {
        let loudness = prop::sample::select(vec![0.0_f32, 1e-3, 1.0, 300.0]);
        let channels = prop::collection::vec((loudness, -2.0_f32..2.0), INPUTS);
        let rows = prop::collection::vec(prop::collection::vec(-1.0_f32..1.0, INPUTS), rows);
        (rows, channels).prop_map(|(rows, channels)| {
            let change = |row: Vec<f32>| -> Vec<f32> {
                row.iter().zip(&channels).map(|(x, (loudness, side))| (x + side) * loudness).collect()
            };
            rows.into_iter().flat_map(change).collect()
        })
    }

    proptest! {
        #[test]
        fn a_balanced_product_is_the_same_product(values in matrix(1..9), weights in matrix(1..9)) {
            let balance = Balance::of(&values, &weights, INPUTS);
            let mut changed = values.clone();
            balance.apply(&mut changed);
            let (mut own, mut bias) = (weights.clone(), vec![0.5; weights.len() / INPUTS]);
            balance.linear(&mut own, &mut bias);
            for (row, changed) in values.chunks_exact(INPUTS).zip(changed.chunks_exact(INPUTS)) {
                for ((plain, own), bias) in weights.chunks_exact(INPUTS).zip(own.chunks_exact(INPUTS)).zip(&bias) {
                    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| f64::from(x * y)).sum::<f64>();
                    let size = row.iter().zip(plain).map(|(x, y)| f64::from((x * y).abs())).sum::<f64>();
                    let centred = balance.centre.iter().zip(plain).map(|(x, y)| f64::from((x * y).abs())).sum::<f64>();
                    let (ours, plain) = (dot(changed, own) + f64::from(*bias), dot(row, plain) + 0.5);
                    prop_assert!((ours - plain).abs() < 1e-5 * (1.0 + size + centred), "{ours}, not {plain}");
                }
            }
        }

        #[test]
        fn a_changed_norm_gives_changed_rows(values in matrix(2..9), weights in matrix(1..9)) {
            let balance = Balance::of(&values, &weights, INPUTS);
            let (weight, bias) = values.split_at(INPUTS);
            let mut norm = Norm { weight: weight.to_vec(), bias: bias[..INPUTS].to_vec(), epsilon: 1e-12 };
            let mut plain: Vec<f32> = (0..INPUTS).map(|at| (at as f32 - 3.0) * norm.weight[at] + norm.bias[at]).collect();
            balance.apply(&mut plain);
            balance.norm(&mut norm);
            for (at, plain) in plain.iter().enumerate() {
                let ours = (at as f32 - 3.0) * norm.weight[at] + norm.bias[at];
                let size = norm.weight[at].abs() * 3.0 + norm.bias[at].abs() + balance.centre[at].abs() / balance.scale[at];
                prop_assert!((ours - plain).abs() <= 1e-5 * (1.0 + size), "{ours}, not {plain}");
            }
        }
    }

    #[test]
    fn a_loud_channel_is_taken_back_by_half_of_its_loudness() {
        let values = [1.0, 4.0, -1.0, -4.0];
        let Balance { centre, scale } = Balance::of(&values, &[1.0, 1.0], 2);
        assert_eq!(centre, [0.0, 0.0]);
        assert!((scale[1] / scale[0] - 2.0).abs() < 1e-3, "{scale:?}");
        assert!((scale[1] * scale[0] - 1.0).abs() < 1e-3, "{scale:?}");
    }

    #[test]
    fn weights_that_are_all_silent_are_evened_out_like_any() {
        for (values, weights) in
            [([0.0, 300.0, 0.0, -300.0], [0.0, 0.0]), ([0.0; 4], [1.0, 300.0]), ([0.0; 4], [0.0; 2])]
        {
            let Balance { scale, .. } = Balance::of(&values, &weights, 2);
            assert!(scale.iter().all(|scale| scale.is_finite() && *scale > 0.0), "{values:?} {weights:?}: {scale:?}");
            assert!((scale[1] * scale[0] - 1.0).abs() < 1e-3, "{values:?} {weights:?}: {scale:?}");
        }
    }

    #[test]
    fn nothing_is_changed_where_nothing_was_read() {
        let balance = Balance::of(&[], &[1.0, 5.0], 2);
        let (mut weights, mut bias) = ([1.0, 5.0], [3.0]);
        balance.linear(&mut weights, &mut bias);
        assert_eq!((weights, bias), ([1.0, 5.0], [3.0]));
    }
}
