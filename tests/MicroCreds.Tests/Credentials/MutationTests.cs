using System.Text.Json;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Formats;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Credentials.EdciXml;
using MicroCreds.Tests.Credentials.Elmo;
using MicroCreds.Tests.Credentials.LearnerRecord;
using MicroCreds.Tests.Credentials.OpenBadge;
using MicroCreds.Tests.Credentials.OpenBadge2;
using MicroCreds.Tests.Services.Exchange.Simulation;

namespace MicroCreds.Tests.Credentials;

/// <summary>Samples with bytes changed at random, by a seed that is printed: no exception, and nothing accepted that says something else than before.</summary>
public sealed class MutationTests
{
    // Three times this in all; MICROCREDS_MUTATIONS asks for more.
    private static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("MICROCREDS_MUTATIONS"), out var count) ? count : 7_000;

    [SamplesTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void accepts_no_changed_sample_and_throws_at_none(int seed)
    {
        var random = new Scheduler((ulong)seed * 0x9E3779B97F4A7C15);
        var verifier = new CredentialVerifier(Samples.Trusted(), Samples.StatusLists());
        // Large files only slow the run down: what is in them is in the small ones.
        var samples = Samples.Manifest().Where(r => !r.Path.EndsWith("**", StringComparison.Ordinal) && r.Path != "path").Select(r => (r.Path, Content: Samples.Read(r.Path))).Where(s => s.Content.Length is > 0 and < 100_000).ToList();
        for (var run = 0; run < Count; run++)
        {
            var (path, original) = samples[random.Draw(samples.Count)];
            var changed = Change(original, random);
            CredentialReport report;
            try
            {
                report = verifier.Verify(changed, Samples.At);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, run {run}, {path}: {e}");
                return;
            }
            if (report.Verdict == Verdict.Accept) Assert.True(SaysTheSame(original, changed), $"seed {seed}, run {run}: {path} was accepted after a change");
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void accepts_of_own_files_only_what_says_the_same(int seed)
    {
        var random = new Scheduler((ulong)seed * 0x9E3779B97F4A7C15);
        (byte[] File, CredentialVerifier Verifier)[] files =
        [
            (Transcripts.Sign(Transcripts.Of(Transcripts.Statistics)), new([Transcripts.Member])),
            (Transcripts.Pack(Transcripts.Sign(Transcripts.Of(Transcripts.Statistics))), new([Transcripts.Member])),
            (EdciTests.Sealed(), new([Seals.Member])),
            (AssertionTests.Signed(), new(AssertionTests.Trusted())),
            (LearnerRecordTests.Signed(), new([Badges.Member])),
        ];
        var said = files.Select(f => Said(f.Verifier.Verify(f.File, Seals.At))).ToList();
        Assert.All(said, words => Assert.StartsWith("Accept", words, StringComparison.Ordinal));
        for (var run = 0; run < Count / 2; run++)
        {
            var which = random.Draw(files.Length);
            var report = files[which].Verifier.Verify(Change(files[which].File, random), Seals.At);
            if (report.Verdict == Verdict.Accept) Assert.True(Said(report) == said[which], $"seed {seed}, run {run}: file {which} was accepted after a change:\n{Said(report)}\n{said[which]}");
        }
    }

    private static string Said(CredentialReport report) =>
        $"{report.Verdict} {report.CredentialId} {report.IssuedAt} {report.ValidUntil} {report.Holder} {report.IssuerId} {JsonSerializer.Serialize(report.Issuer)} {JsonSerializer.Serialize(new[] { report.Achievement }.Concat(report.FurtherAchievements))}";

    private static byte[] Change(byte[] original, Scheduler random)
    {
        var changed = original.ToList();
        for (var times = 1 + random.Draw(3); times > 0 && changed.Count > 2; times--)
        {
            var at = random.Draw(changed.Count - 1);
            switch (random.Draw(6))
            {
                case 0: changed[at] = (byte)random.Draw(256); break;
                case 1: changed[at] ^= (byte)(1 << random.Draw(8)); break;
                case 2: changed.RemoveAt(at); break;
                case 3: changed.Insert(at, "{}[]\":,\\\"null0~.@"u8[random.Draw(16)]); break;
                case 4: changed.RemoveRange(at, Math.Min(random.Draw(40), changed.Count - at)); break;
                default: changed.InsertRange(at, changed.GetRange(at / 2, Math.Min(random.Draw(60), changed.Count - (at / 2)))); break;
            }
        }
        return [.. changed];
    }

    // White space between values, and pixels around a credential, are nobody's statement.
    private static bool SaysTheSame(byte[] original, byte[] changed)
    {
        if (FormatDetector.Detect(original) == CredentialFormat.BakedOpenBadge) return BakedPicture.Extract(original, out _) is { } before && BakedPicture.Extract(changed, out _) is { } after && before.SequenceEqual(after);
        try
        {
            using var before = JsonDocument.Parse(original);
            using var after = JsonDocument.Parse(changed);
            return JsonElement.DeepEquals(before.RootElement, after.RootElement);
        }
        catch (JsonException)
        {
            return original.AsSpan().Trim("\r\n \t"u8).SequenceEqual(changed.Where(b => b is not ((byte)'\r' or (byte)'\n')).ToArray().AsSpan().Trim("\r\n \t"u8));
        }
    }
}
