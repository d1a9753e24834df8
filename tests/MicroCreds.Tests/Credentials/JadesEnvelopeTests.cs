using System.Text;
using System.Text.Json;
using MicroCreds.Credentials;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Services.Exchange.Simulation;

namespace MicroCreds.Tests.Credentials;

/// <summary>An envelope opened by its payload says what the strict parser says of the whole file, or is left to that parser.</summary>
public sealed class JadesEnvelopeTests
{
    private const string Rest = ""","signatures":[{"protected":"eyJhbGciOiJFUzI1NiJ9","signature":"AAAA"}]}""";

    [Fact]
    public void reads_payloads_of_every_length_with_an_escape_at_every_place()
    {
        for (var length = 0; length <= 40; length++)
        {
            for (var at = 0; at <= length; at++)
            {
                var payload = new string('x', at) + "\\\"" + new string('é', length - at);
                Assert.Equal(new string('x', at) + "\"" + new string('é', length - at), PayloadOf("{\"payload\":\"" + payload + "\"" + Rest));
            }
        }
    }

    [Fact]
    public void reads_every_escape_of_one_letter() => Assert.Equal("\"\\/\b\f\n\r\t", PayloadOf("""{ "payload" : "\"\\\/\b\f\n\r\t" """ + Rest));

    [Theory]
    [InlineData("""{"payload":"\u0041" """)]
    [InlineData("""{"payload":"\x" """)]
    [InlineData("{\"payload\":\"a\nb\"")]
    [InlineData("""{"payload":"a" """ + Rest + "x")]
    [InlineData("""{"payload":"a","payload":"b" """)]
    [InlineData("""{"payload":"a","\u0070ayload":"b" """)]
    [InlineData("""{"payload":1 """)]
    [InlineData("""{"a":1,"payload":"a" """)]
    public void leaves_to_the_parser_what_is_spelt_otherwise_or_wrong(string start) => Assert.Null(PayloadOf(start + Rest));

    [Theory]
    [InlineData("""{"payload":"a""")]
    [InlineData("""{"payload":"0123456789abcdef\""")]
    [InlineData("""{"payload":"0123456789abcde\""")]
    [InlineData("""{"payload":"0123456789abcdef","other":"0123456789abcdef"}""")]
    [InlineData("{")]
    [InlineData("")]
    public void leaves_to_the_parser_what_ends_too_early_or_is_no_envelope(string file) => Assert.Null(PayloadOf(file));

    [Fact]
    public void leaves_to_the_parser_what_is_no_UTF8() =>
        Assert.False(JadesEnvelope.TryOpen(Encoding.Latin1.GetBytes("{\"payload\":\"\u00e9\"" + Rest), out _));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void opens_of_changed_files_only_what_the_parser_reads_alike(int seed)
    {
        var random = new Scheduler((ulong)seed * 0x9E3779B97F4A7C15);
        var original = Seals.Issue();
        var opened = 0;
        for (var run = 0; run < 3000; run++)
        {
            var changed = (byte[])original.Clone();
            changed[random.Draw(changed.Length)] = "\\\"{}u0/n\u0001:,a"u8[random.Draw(12)];
            if (PayloadOf(changed) is not { } payload) continue;
            opened++;
            Assert.True(StrictJson.TryParse(changed, CredentialVerifier.MaxFileBytes, out var document, out var fault), $"seed {seed}, run {run}: {fault}");
            using (document) Assert.Equal(document.RootElement.GetProperty("payload").GetString(), payload);
        }
        Assert.True(opened > 1000, $"only {opened} were opened");
    }

    [Theory]
    [InlineData("""{"signatures":<signatures>,"payload":<payload>}""")]
    [InlineData("""{"extra":"","payload":<payload>,"signatures":<signatures>}""")]
    [InlineData("""{ "payload" : <payload> , "signatures" : <signatures> }""")]
    public void verifies_a_seal_however_its_envelope_is_written(string shape)
    {
        using var file = JsonDocument.Parse(Seals.Issue());
        var written = shape.Replace("<signatures>", file.RootElement.GetProperty("signatures").GetRawText(), StringComparison.Ordinal).Replace("<payload>", file.RootElement.GetProperty("payload").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(Verdict.Accept, Seals.Verify(Encoding.UTF8.GetBytes(written)).Verdict);
    }

    [Fact]
    public void allocates_less_than_half_of_a_file_with_a_large_picture()
    {
        var file = Seals.SealChanged(c => c["displayParameter"]!["picture"] = new string('A', 400_000));
        var verifier = new CredentialVerifier([Seals.Member]);
        Assert.Equal(Verdict.Accept, verifier.Verify(file, Seals.At).Verdict);
        // The collector may take a rented buffer away between two runs, so the least of some counts.
        Assert.True(Enumerable.Range(0, 5).Min(_ => Allocated()) < file.Length / 2);

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            verifier.Verify(file, Seals.At);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static string? PayloadOf(string file) => PayloadOf(Encoding.UTF8.GetBytes(file));

    private static string? PayloadOf(byte[] file)
    {
        if (!JadesEnvelope.TryOpen(file, out var envelope)) return null;
        using (envelope) return Encoding.UTF8.GetString(envelope.MessageOf("h").Span)[2..];
    }
}
