//! How fast a text is read: structure and citations, on one core.
//!
//! `cargo bench -p rasoat-law --bench reading`. The text is the benchmark's own; where `RASOAT_CODES` names a folder of
//! the six codes, they are read as well.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot read its data has failed")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rasoat_law::register::Register;
use rasoat_law::{cite, structure};
use std::fmt::Write;
use std::hint::black_box;

/// A law of our own, about `bytes` long: chapters, articles, paragraphs, points, citations, and new text quoted.
fn own_law(bytes: usize) -> String {
    let mut text = "QUỐC HỘI\nLuật số: 1/2026/QH16\nLUẬT\nTHỬ NGHIỆM\nCăn cứ Hiến pháp;\n".to_owned();
    let mut article = 0;
    while text.len() < bytes {
        if article % 20 == 0 {
            write!(text, "Chương {}\nVIỆC THỬ NGHIỆM\n", ["I", "II", "III", "IV", "V"][article / 20 % 5]).unwrap();
        }
        article += 1;
        writeln!(text, "Điều {article}. Hồ sơ thử nghiệm loại {article}").unwrap();
        for paragraph in 1..=4 {
            writeln!(text, "{paragraph}. Người nộp hồ sơ theo khoản 2 Điều {article} của Luật này gồm có:").unwrap();
            for letter in ["a", "b", "c", "d", "đ"] {
                writeln!(
                    text,
                    "{letter}) Đơn theo mẫu tại điểm a khoản 1 Điều 7 Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 \
                     của Chính phủ, nộp trong thời hạn 15 ngày làm việc kể từ ngày thử nghiệm xong;"
                )
                .unwrap();
            }
        }
        if article % 10 == 0 {
            writeln!(text, "5. Sửa đổi, bổ sung khoản 1 Điều 9 như sau:\n“1. Người thử gọi là “người thử”.”.").unwrap();
        }
    }
    text
}

fn reading(criterion: &mut Criterion) {
    let mut texts = vec![("own, 2 MB".to_owned(), own_law(2_000_000))];
    if let Some(folder) = std::env::var_os("RASOAT_CODES") {
        let mut all = String::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.to_string_lossy().ends_with(".json.gz") {
                let plain = flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap());
                let code: serde_json::Value = serde_json::from_reader(plain).unwrap();
                all.push_str(code["raw_text"].as_str().unwrap());
            }
        }
        texts.push(("six codes".to_owned(), all));
    }
    let mut group = criterion.benchmark_group("reading");
    group.sample_size(10);
    for (name, text) in &texts {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("parse", name), text, |bencher, text| {
            bencher.iter(|| structure::parse(black_box(text)));
        });
        group.bench_with_input(BenchmarkId::new("parse and cite", name), text, |bencher, text| {
            bencher.iter(|| {
                let document = structure::parse(black_box(text));
                cite::citations(&document.text, Register::built_in())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, reading);
criterion_main!(benches);
