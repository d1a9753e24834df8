using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Benchmarks.Verify;

/// <summary>
/// Verifying and mapping a sealed credential beside the bare RSA verification and one parse of the payload, and beside what is forced on
/// everybody who verifies such a file with the parser of the platform: its digest, the strict parse of the envelope, the payload out of its
/// text, the certificates out of the header, RSA and the strict parse of the payload; nothing is mapped and nothing judged there.
/// One of 50 KB, as micro-credentials are, and one of 500 KB, most of it a picture.
/// </summary>
internal static class VerifyCommand
{
    private const string LegalIdentifier = "VATES-G12345678";
    private const int Rounds = 7;
    private static readonly DateTimeOffset At = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly OrganisationId Member = OrganisationId.Parse("voluntariado.example");

    internal static int Run()
    {
        using var seal = new RsaSeal(LegalIdentifier, At);
        var verifier = new CredentialVerifier([new TrustedIssuer(Member, [LegalIdentifier], [seal.Certificate], "benchmark")]);
        Console.WriteLine(Machine.Describe());
        Console.WriteLine($"`verify`; {ThreadClock.Name}, median of {Rounds} rounds; RSA of 2048 bits.");
        Console.WriteLine();
        Console.WriteLine("| bytes | what | per second | CPU µs | median µs | p99 µs | bytes allocated |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (size, logo) in new[] { (50_000, 0), (500_000, 440_000) })
        {
            var file = seal.Seal(Credential(size - logo, logo));
            var found = verifier.Verify(file.Content, At);
            if (found.Verdict != Verdict.Accept) throw new InvalidOperationException($"The benchmark's credential is not accepted: {string.Join("; ", found.Checks.Where(c => c.Result == CheckResult.Error).Select(c => c.Evidence))}");
            Sample[] samples =
            [
                new("bare RSA verification", _ => seal.Verify(file) ? 1 : 0),
                new("one parse of the payload", _ => Parse(file.Payload)),
                new("both", _ => (seal.Verify(file) ? 1 : 0) + Parse(file.Payload)),
                new("what is forced", _ => Forced(seal, file)),
                new("verified and mapped", _ => verifier.Verify(file.Content, At).Checks.Length),
            ];
            foreach (var sample in samples) sample.WarmUp(TimeSpan.FromSeconds(1));
            // In turns, so that what else the machine does falls on all of them.
            for (var round = 0; round < Rounds; round++)
                foreach (var sample in samples) sample.Round(TimeSpan.FromSeconds(0.4));
            long[] allocated = [.. samples.Select(sample => Allocated(sample.Once))];
            foreach (var (sample, bytes) in samples.Zip(allocated)) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sample.Row(file.Content.Length)} {bytes:N0} |"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| | forced against both | {samples[3].CpuNanoseconds / samples[2].CpuNanoseconds:0.00} times | | | | |"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| | verified and mapped against both | {samples[4].CpuNanoseconds / samples[2].CpuNanoseconds:0.00} times | | | | {(double)allocated[4] / file.Content.Length:0.0} bytes per byte |"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| | verified and mapped against what is forced | {samples[4].CpuNanoseconds / samples[3].CpuNanoseconds:0.00} times | | | | |"));
        }
        return 0;
    }

    private static int Parse(byte[] payload)
    {
        using var document = JsonDocument.Parse(payload);
        return (int)document.RootElement.ValueKind;
    }

    private static int Forced(RsaSeal seal, SealedFile file)
    {
        var digest = Sha256Digest.Of(file.Content);
        using var envelope = Strict(file.Content);
        var entry = envelope.RootElement.GetProperty("signatures")[0];
        var encoded = entry.GetProperty("protected").GetString() ?? "";
        var payload = JsonMarshal.GetRawUtf8Value(envelope.RootElement.GetProperty("payload"));
        var buffer = GC.AllocateUninitializedArray<byte>(encoded.Length + 1 + payload.Length);
        Encoding.ASCII.GetBytes($"{encoded}.", buffer);
        var reader = new Utf8JsonReader(payload);
        reader.Read();
        var message = buffer.AsMemory(0, encoded.Length + 1 + reader.CopyString(buffer.AsSpan(encoded.Length + 1)));
        using var header = Strict(Base64Url.DecodeFromChars(encoded));
        var certificate = header.RootElement.GetProperty("x5c")[0].GetBytesFromBase64();
        if (!seal.Verify(message.Span, Base64Url.DecodeFromChars(entry.GetProperty("signature").GetString()))) throw new InvalidOperationException("The benchmark's credential does not verify.");
        using var credential = Strict(message[(encoded.Length + 1)..]);
        return digest.Value.Length + certificate.Length + (int)credential.RootElement.ValueKind;
    }

    private static JsonDocument Strict(ReadOnlyMemory<byte> text) =>
        StrictJson.TryParse(text, CredentialVerifier.MaxFileBytes, out var document, out var fault) ? document : throw new InvalidOperationException($"The benchmark's credential is not JSON: {fault}.");

    // What one operation allocates is the most that it can hold at once, beside buffers that are kept between operations.
    private static long Allocated(Func<int> run)
    {
        const int times = 50;
        _ = run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < times; i++) _ = run();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / times;
    }

    private static JsonObject Credential(int bytes, int logo)
    {
        var outcomes = ImmutableArray.CreateBuilder<EdcOutcome>();
        var credential = Issue([new EdcOutcome("Plans shifts", [])]);
        for (var number = 1; credential.ToJsonString().Length < bytes - 2_500; number += 10, credential = Issue(outcomes.ToImmutable()))
            for (var i = 0; i < 10; i++)
                outcomes.Add(new(string.Create(CultureInfo.InvariantCulture, $"Explains and applies topic {number + i} of the course in a case of practice"), ["http://data.europa.eu/esco/skill/ccdf3597-5c80-410f-896d-e1bdfa223de9"]));
        if (logo > 0 && credential["displayParameter"] is JsonObject display)
            display["individualDisplay"] = new JsonObject { ["id"] = "urn:epass:individualDisplay:1", ["type"] = "IndividualDisplay", ["displayDetail"] = new JsonObject { ["id"] = "urn:epass:displayDetail:1", ["type"] = "DisplayDetail", ["image"] = new JsonObject { ["id"] = "urn:epass:mediaObject:1", ["type"] = "MediaObject", ["content"] = Convert.ToBase64String(new byte[logo / 4 * 3]) } } };
        return credential;
    }

    // What the issuer seals on P-256 is taken out and sealed again.
    private static JsonObject Issue(ImmutableArray<EdcOutcome> outcomes)
    {
        var authority = SealAuthority.Create("Benchmark", LegalIdentifier, At.AddYears(-1), At.AddYears(1));
        var claims = new EdcClaims
        {
            CredentialId = "urn:credential:5f0c6d0e-8f6e-4d0e-9d3e-0d6c7a3b1f42", Language = "en", Issuer = new("Benchmark", Member, LegalIdentifier, "ESP", "https://voluntariado.example/"),
            Holder = new("urn:schac:personalUniqueCode:int:esi:es:0000001", "Ana", "Prueba", null), Title = "Statistics", AwardedOn = new DateOnly(2026, 6, 30), Outcomes = outcomes,
            Credits = EctsCredits.FromHundredths(300), Volume = "PT75H", EqfLevel = 6, Assessments = [new(AssessmentType.WrittenExamination, AssessmentSupervision.Unspecified)], Mode = LearningMode.Blended,
            QualityAssurance = [new("urn:qa:1", "Institutional Quality Assurance", "Evaluation", "Agency")], Grade = new("Apto", ""),
        };
        var file = JsonNode.Parse(new EdcIssuer(authority.Issue("Benchmark", LegalIdentifier, At.AddYears(-1), At.AddYears(1))).Issue(claims, At));
        return JsonNode.Parse((string?)file?["payload"] ?? "")?.AsObject() ?? throw new InvalidOperationException("The issuer made no object.");
    }
}
