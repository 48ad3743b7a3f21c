//! Files that strangers send: mislabelled, cut short, protected, or far too large.
//! Next to them one that is sound, small, and nobody's law.

use crate::samples;
use anyhow::Result;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// A folder's worth of them: what each is, and its file.
pub fn all(folder: &Path) -> Result<Vec<(&'static str, PathBuf)>> {
    let small: [(&str, &str, Vec<u8>); 5] = [
        ("an empty file", "trong.docx", Vec::new()),
        ("a picture named as a DOCX", "anh.docx", picture()),
        ("a DOCX cut short", "cut.docx", cut_docx()?),
        ("a DOCX protected by a password", "mat-khau.docx", protected_docx()),
        ("a program named as text", "chuong-trinh.txt", program()),
    ];
    let mut files = Vec::new();
    for (what, name, bytes) in small {
        let path = folder.join(name);
        fs_err::write(&path, bytes)?;
        files.push((what, path));
    }
    files.push(("a text of 200 MB", large_text(folder)?));
    Ok(files)
}

/// The start of a JPEG picture.
fn picture() -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00".to_vec();
    bytes.extend((0..4096_u32).map(|index| (index * 37 % 251) as u8));
    bytes
}

/// The start of an ELF program.
fn program() -> Vec<u8> {
    let mut bytes = b"\x7fELF\x02\x01\x01\x00".to_vec();
    bytes.extend((0..4096_u32).map(|index| (index * 91 % 256) as u8));
    bytes
}

/// The first half of a sound DOCX: the end of its archive, which says where everything is, is missing.
fn cut_docx() -> Result<Vec<u8>> {
    let whole = fs_err::read(samples::all()[0].draft())?;
    Ok(whole[..whole.len() / 2].to_vec())
}

/// What Word writes for a document with a password: an OLE compound file (MS-CFB) of three sectors, header, allocation
/// table and directory, whose directory names the stream `EncryptedPackage` (MS-OFFCRYPTO).
pub fn protected_docx() -> Vec<u8> {
    const END_OF_CHAIN: u32 = 0xffff_fffe;
    const FREE: u32 = 0xffff_ffff;
    const ALLOCATION_TABLE: u32 = 0xffff_fffd;
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    file.extend([0; 16]);
    for number in [0x3e_u16, 3, 0xfffe, 9, 6] {
        file.extend(number.to_le_bytes());
    }
    file.extend([0; 6]);
    // No directory sectors counted (version 3), one of allocation, the directory in sector 1, no small sectors.
    for number in [0, 1, 1, 0, 4096, END_OF_CHAIN, 0, END_OF_CHAIN, 0, 0] {
        file.extend(number.to_le_bytes());
    }
    file.resize(512, 0xff);
    for number in [ALLOCATION_TABLE, END_OF_CHAIN] {
        file.extend(number.to_le_bytes());
    }
    file.resize(1024, 0xff);
    for (name, kind, child) in [("Root Entry", 5_u8, 1_u32), ("EncryptedPackage", 2, FREE), ("EncryptionInfo", 2, FREE)]
    {
        let start = file.len();
        file.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        file.resize(start + 64, 0);
        file.extend(((name.len() as u16 + 1) * 2).to_le_bytes());
        file.extend([kind, 1]);
        for number in [FREE, if name == "EncryptedPackage" { 2 } else { FREE }, child] {
            file.extend(number.to_le_bytes());
        }
        file.resize(start + 116, 0);
        file.extend(END_OF_CHAIN.to_le_bytes());
        file.resize(start + 128, 0);
    }
    file.resize(1536, 0);
    file
}

/// A text that no draft of a law is as long as.
fn large_text(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("rat-dai.txt");
    let mut file = BufWriter::new(fs_err::File::create(&path)?);
    let block = "Điều 1. Phạm vi điều chỉnh\n1. Nghị định này quy định về công tác văn thư.\n".repeat(1000);
    for _ in 0..200_000_000 / block.len() + 1 {
        file.write_all(block.as_bytes())?;
    }
    file.flush()?;
    Ok(path)
}

/// A short decree, made up, that says when it takes effect.
pub fn decree(number: usize) -> String {
    let article = |article: usize| {
        format!(
            "Điều {article}. Thời hạn thứ {article}\n1. Thời hạn là {article} ngày làm việc.\n2. Cơ quan trả lời bằng văn bản.\n"
        )
    };
    let articles: String = (1..=12).map(article).collect();
    format!(
        "CHÍNH PHỦ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nSố: {}/2024/NĐ-CP\n\
         Hà Nội, ngày 05 tháng 3 năm 2024\nNGHỊ ĐỊNH\nQuy định thử nghiệm số {number}\n\
         Căn cứ Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015;\n{articles}\
         Điều 13. Hiệu lực thi hành\nNghị định này có hiệu lực thi hành từ ngày 01 tháng 5 năm 2024.\n",
        900 + number
    )
}
