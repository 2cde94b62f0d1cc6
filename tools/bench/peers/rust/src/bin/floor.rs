//! What no converter can do without: two threads read IN and write as many bytes as its result has, with no work between.
//! `floor IN OUT BYTES`. Each thread takes half of both, a MiB at a time, at known offsets.
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::thread;

const BLOCK: u64 = 1 << 20;

fn main() -> std::io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let input = File::open(&args[0])?;
    let output = File::create(&args[1])?;
    let written: u64 = args[2].parse().expect("BYTES");
    let read = input.metadata()?.len();
    thread::scope(|scope| {
        let halves: Vec<_> = (0..2)
            .map(|half| {
                let (input, output) = (&input, &output);
                scope.spawn(move || carry(input, output, share(read, half), share(written, half)))
            })
            .collect();
        halves.into_iter().try_for_each(|half| half.join().expect("a thread"))
    })
}

fn share(bytes: u64, half: u64) -> (u64, u64) {
    (bytes / 2 * half, if half == 0 { bytes / 2 } else { bytes })
}

/// Reads and writes in step, so that both go on all the time.
fn carry(input: &File, output: &File, from: (u64, u64), to: (u64, u64)) -> std::io::Result<()> {
    let blocks = (from.1 - from.0).max(to.1 - to.0).div_ceil(BLOCK).max(1);
    let mut block = vec![0u8; BLOCK as usize];
    for index in 0..blocks {
        let part = |(start, end): (u64, u64)| {
            let cut = |index: u64| start + (end - start) * index / blocks;
            (cut(index), (cut(index + 1) - cut(index)) as usize)
        };
        let (at, length) = part(from);
        input.read_exact_at(&mut block[..length], at)?;
        let (at, length) = part(to);
        output.write_all_at(&block[..length], at)?;
    }
    Ok(())
}
