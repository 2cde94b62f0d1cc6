//! What the Rust original does between its two S3 calls: the whole file into a String, a Vec of its lines, then
//! slice, trim and format each, and one buffer out. `rust-peer IN OUT`; a name ending in .gz is inflated or deflated.
use flate2::{read::MultiGzDecoder, write::GzEncoder, Compression};
use std::fs::{self, File};
use std::io::{Read, Write};

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let (input, output) = (args.next().expect("IN"), args.next().expect("OUT"));

    let mut text = String::new();
    if input.ends_with(".gz") {
        MultiGzDecoder::new(File::open(&input)?).read_to_string(&mut text)?;
    } else {
        text = fs::read_to_string(&input)?;
    }

    let mut tsv = String::from("date\tserial_number\tmodel\tcapacity_bytes\tfailure\n");
    let lines: Vec<&str> = text.lines().collect();
    for line in lines.iter().skip(1) {
        tsv.push_str(&format!(
            "{}\t{}\t{}\t{}\t{}\n",
            line[0..15].trim(),
            line[15..36].trim(),
            line[36..79].trim(),
            line[79..98].trim(),
            line[98..].trim()
        ));
    }

    if output.ends_with(".gz") {
        let mut encoder = GzEncoder::new(File::create(&output)?, Compression::default());
        encoder.write_all(tsv.as_bytes())?;
        encoder.finish()?;
    } else {
        fs::write(&output, tsv)?;
    }
    Ok(())
}
