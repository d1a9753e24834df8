using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Credentials.Status;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Cli;

namespace MicroCreds.Tests.Credentials.TrustedLists;

public sealed class RevocationListTests
{
    private static readonly QualifiedAuthority Authority = new();
    private static readonly TrustedIssuer Trust = new(null, [], [Authority.Certificate], "pinned file x.pem");
    // Its serial number begins with a byte that reads as negative, so that encodings differ by a zero.
    private static readonly byte[] Serial = [0x00, 0xF1, 0x02, 0x03];
    private static readonly SealingCertificate Seal = Authority.Issue(serial: Serial);
    private static readonly byte[] Sealed = JadesSealer.Seal(Encoding.UTF8.GetBytes(JsonNode.Parse(Seals.Issue())!["payload"]!.GetValue<string>()), Seal, Seals.At);
    private static readonly DateTimeOffset Later = Seals.At.AddDays(2);

    [Fact]
    public void says_of_a_seal_whether_and_when_it_was_revoked()
    {
        var clear = Verify(List());
        Assert.Equal((Verdict.Accept, CheckResult.Ok), (clear.Verdict, clear.Check(CheckKind.CertificateChain).Result));
        Assert.EndsWith("Not revoked by the list of Qualified Seals CA 1 (2026-09-01 00:00:00Z).", clear.Check(CheckKind.CertificateChain).Evidence, StringComparison.Ordinal);

        var revoked = Verify(List(revoked: Seals.At.AddDays(1)));
        Assert.Equal([ReasonClass.CertificateExpired], revoked.Reasons.AsEnumerable());
        Assert.StartsWith("Qualified Seals CA 1 revoked Plataforma Voluntariado on 2026-09-02 12:00:00Z.", revoked.Check(CheckKind.CertificateChain).Evidence, StringComparison.Ordinal);
        // Revoked from tomorrow on.
        Assert.Equal(Verdict.Accept, Verify(List(revoked: Seals.At.AddDays(3))).Verdict);
    }

    [Fact]
    public void holds_what_it_cannot_ask_and_asks_nothing_of_authorities_that_have_no_list()
    {
        var missing = Verify(new RevocationBook([(Authority.WithKey, null, default)]));
        Assert.Equal((Verdict.Hold, ReasonClass.StatusUnavailable), (missing.Verdict, missing.Reasons.Single()));
        Assert.Equal(Verdict.Hold, Verify(new RevocationBook([(Authority.WithKey, Read(List()), Seals.At)])).Verdict);
        Assert.Equal(Verdict.Hold, Verify(List(nextUpdate: Seals.At.AddDays(1))).Verdict);
        // A stale list still knows whom it revoked.
        Assert.Equal(Verdict.Reject, Verify(List(revoked: Seals.At, nextUpdate: Seals.At.AddDays(1))).Verdict);
        var other = Verify(new RevocationBook([(new QualifiedAuthority("Another CA").WithKey, null, default)]));
        Assert.Equal(Verdict.Accept, other.Verdict);
        Assert.EndsWith("Revocation of certificates was not asked.", other.Check(CheckKind.CertificateChain).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void refuses_a_list_of_another_authority_and_one_that_was_changed()
    {
        Assert.Null(RevocationList.Read(List(), new QualifiedAuthority().WithKey, out var fault));
        Assert.Equal("it is not signed by the authority named for it", fault);
        Assert.Null(RevocationList.Read(List(), new QualifiedAuthority("Another CA").WithKey, out fault));
        Assert.StartsWith("it is no revocation list", fault, StringComparison.Ordinal);
        var changed = List(revoked: Seals.At);
        changed[changed.AsSpan().IndexOf(Serial.AsSpan(1)) + 1] ^= 1;
        Assert.Null(RevocationList.Read(changed, Authority.WithKey, out _));
        var whole = List();
        for (var length = 0; length < whole.Length; length++) Assert.Null(RevocationList.Read(whole.AsMemory(0, length), Authority.WithKey, out _));
    }

    [Fact]
    public void says_that_an_authority_would_answer_questions_which_are_not_put()
    {
        var seal = Authority.Issue(responder: "http://ocsp.example/");
        var file = JadesSealer.Seal(Encoding.UTF8.GetBytes(Seals.Payload().ToJsonString()), seal, Seals.At);
        const string words = "Qualified Seals CA 1 would answer questions (OCSP), which are not put; name a revocation list to have it asked.";
        Assert.EndsWith($"Revocation of certificates was not asked. {words}", Evidence(file, RevocationBook.Empty), StringComparison.Ordinal);
        Assert.DoesNotContain("OCSP", Evidence(file, new([(Authority.WithKey, Read(ListOf(Authority, seal, null, new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero), Seals.At.AddDays(30))), Seals.At.AddDays(30))])), StringComparison.Ordinal);
        Assert.EndsWith("Revocation of certificates was not asked.", Evidence(Sealed, RevocationBook.Empty), StringComparison.Ordinal);

        static string Evidence(byte[] credential, RevocationBook book) => new CredentialVerifier([Trust], NoStatusLists.Instance, book).Verify(credential, Later).Check(CheckKind.CertificateChain).Evidence;
    }

    [Fact]
    public void refuses_a_list_in_which_any_bit_was_turned()
    {
        var whole = List(revoked: Seals.At);
        for (var at = 0; at < whole.Length * 8; at++)
        {
            var changed = whole.ToArray();
            changed[at / 8] ^= (byte)(1 << (at % 8));
            Assert.Null(RevocationList.Read(changed, Authority.WithKey, out _));
        }
    }

    [Theory]
    [InlineData("2.5.29.27", true)]
    [InlineData("2.5.29.28", true)]
    [InlineData("1.2.3.4", true)]
    public void refuses_a_list_of_changes_or_of_a_part(string extension, bool critical) =>
        Assert.Null(RevocationList.Read(Signed(writer =>
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (writer.PushSequence())
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(extension);
                writer.WriteBoolean(critical);
                writer.WriteOctetString([0x02, 0x01, 0x01]);
            }
        }), Authority.WithKey, out _));

    [Fact]
    public void reads_what_it_signs_itself_here_without_an_extension() => Assert.NotNull(RevocationList.Read(Signed(_ => { }), Authority.WithKey, out _));

    [Fact]
    public void refuses_a_list_that_does_not_say_when_the_next_one_is_out() => Assert.Null(RevocationList.Read(Signed(_ => { }, nextUpdate: false), Authority.WithKey, out _));

    [Fact]
    public async Task is_read_from_the_trust_folder()
    {
        var folder = Directory.CreateTempSubdirectory("mcf-crl-").FullName;
        try
        {
            var (credential, trust) = (Path.Combine(folder, "credential.jsonld"), Directory.CreateDirectory(Path.Combine(folder, "trust")).FullName);
            var lists = Directory.CreateDirectory(Path.Combine(trust, "revocation-lists")).FullName;
            await File.WriteAllBytesAsync(credential, Sealed);
            await File.WriteAllTextAsync(Path.Combine(trust, "ca.pem"), Authority.WithKey.ExportCertificatePem());
            await File.WriteAllTextAsync(Path.Combine(lists, "ca.pem"), Authority.WithKey.ExportCertificatePem());
            Assert.Equal("HOLD", await VerdictAsync());
            await File.WriteAllBytesAsync(Path.Combine(lists, "ca.crl"), List());
            Assert.Equal("ACCEPT", await VerdictAsync());
            await File.WriteAllTextAsync(Path.Combine(lists, "ca.crl"), PemEncoding.WriteString("X509 CRL", List(revoked: Seals.At)));
            Assert.Equal("REJECT", await VerdictAsync());

            async Task<string?> VerdictAsync() => (string?)Assert.Single((await CommandLine.RunAsync("verify", credential, "--trust", trust, "--at", "2026-09-03", "--json")).Json)["verdict"];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal static byte[] ListOf(QualifiedAuthority authority, SealingCertificate seal, DateTimeOffset? revoked, DateTimeOffset issued, DateTimeOffset nextUpdate)
    {
        var builder = new CertificateRevocationListBuilder();
        builder.AddEntry([9, 9, 9], Seals.From, X509RevocationReason.KeyCompromise);
        using var certificate = X509CertificateLoader.LoadCertificate(seal.Certificate.Span);
        if (revoked is { } at) builder.AddEntry(certificate, at, X509RevocationReason.CessationOfOperation);
        return builder.Build(authority.WithKey, BigInteger.One, nextUpdate, HashAlgorithmName.SHA256, null, issued);
    }

    private static byte[] List(DateTimeOffset? revoked = null, DateTimeOffset? nextUpdate = null) => ListOf(Authority, Seal, revoked, new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero), nextUpdate ?? Seals.At.AddDays(30));

    private static RevocationList Read(byte[] file)
    {
        var list = RevocationList.Read(file, Authority.WithKey, out var fault);
        Assert.Equal("", fault);
        return list!;
    }

    private static CredentialReport Verify(byte[] list) => Verify(new RevocationBook([(Authority.WithKey, Read(list), Seals.At.AddDays(30))]));

    private static CredentialReport Verify(RevocationBook book) => new CredentialVerifier([Trust], NoStatusLists.Instance, book).Verify(Sealed, Later);

    // A list of version 2 without entries, as the platform does not write it.
    private static byte[] Signed(Action<AsnWriter> extensions, bool nextUpdate = true)
    {
        var content = new AsnWriter(AsnEncodingRules.DER);
        using (content.PushSequence())
        {
            content.WriteInteger(1);
            Algorithm(content);
            content.WriteEncodedValue(Authority.WithKey.SubjectName.RawData);
            content.WriteUtcTime(Seals.At);
            if (nextUpdate) content.WriteUtcTime(Seals.At.AddDays(30));
            extensions(content);
        }
        var list = new AsnWriter(AsnEncodingRules.DER);
        using (list.PushSequence())
        {
            list.WriteEncodedValue(content.Encode());
            Algorithm(list);
            using var key = Authority.WithKey.GetECDsaPrivateKey()!;
            list.WriteBitString(key.SignData(content.Encode(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }
        return list.Encode();

        static void Algorithm(AsnWriter writer)
        {
            using (writer.PushSequence()) writer.WriteObjectIdentifier("1.2.840.10045.4.3.2");
        }
    }
}
