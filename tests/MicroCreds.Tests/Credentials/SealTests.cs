using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Credentials;

public sealed class SealTests
{
    [Fact]
    public void notices_every_changed_byte_of_the_content()
    {
        var file = Seals.Issue();
        var verifier = new CredentialVerifier([Seals.Member]);
        var start = file.AsSpan().IndexOf("\"payload\":\""u8) + 11;
        var end = file.AsSpan().IndexOf("\",\"signatures\""u8);
        for (var at = start; at < end; at += 7)
        {
            var changed = (byte[])file.Clone();
            changed[at] ^= 0x01;
            Assert.True(verifier.Verify(changed, Seals.At).Verdict == Verdict.Reject, $"byte {at} was changed and not noticed");
        }
    }

    [Fact]
    public void never_throws_at_truncated_files()
    {
        var file = Seals.Issue();
        for (var length = 0; length < file.Length; length += 97)
        {
            var report = Seals.Verify(file[..length]);
            Assert.Equal(Verdict.Reject, report.Verdict);
            Assert.Equal([ReasonClass.Malformed], report.Reasons.AsEnumerable());
        }
    }

    [Fact]
    public void reads_a_file_with_byte_order_mark() => Assert.Equal(Verdict.Accept, Seals.Verify([0xEF, 0xBB, 0xBF, .. Seals.Issue()]).Verdict);

    [Fact]
    public void refuses_oversized_and_deep_files()
    {
        Assert.Equal([ReasonClass.Malformed], Seals.Verify([.. Seals.Issue(), .. new byte[CredentialVerifier.MaxFileBytes]]).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.Malformed], Seals.Verify(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 65)) + "1" + new string('}', 65))).Reasons.AsEnumerable());
    }

    [Fact]
    public void refuses_names_that_occur_twice_in_the_envelope_and_in_the_content()
    {
        var twice = Encoding.UTF8.GetString(Seals.Issue()).Replace("\"signatures\":", "\"payload\":\"{}\",\"signatures\":", StringComparison.Ordinal);
        Assert.Equal([ReasonClass.Malformed], Seals.Verify(Encoding.UTF8.GetBytes(twice)).Reasons.AsEnumerable());

        var content = Seals.Payload().ToJsonString();
        var sealedTwice = JadesSealer.Seal(Encoding.UTF8.GetBytes("{\"id\":\"urn:other\"," + content[1..]), Seals.Seal, Seals.At);
        Assert.Equal([ReasonClass.Malformed], Seals.Verify(sealedTwice).Reasons.AsEnumerable());
    }

    [Theory]
    [InlineData("alg", "\"none\"", ReasonClass.WeakAlgorithm)]
    [InlineData("alg", "\"HS256\"", ReasonClass.WeakAlgorithm)]
    [InlineData("alg", "\"RS256\"", ReasonClass.WeakAlgorithm)]
    [InlineData("alg", "\"PS256\"", ReasonClass.WeakAlgorithm)]
    [InlineData("alg", "\"ES384\"", ReasonClass.WeakAlgorithm)]
    [InlineData("jwk", "{\"kty\":\"EC\"}", ReasonClass.KeyUnresolvable)]
    [InlineData("jku", "\"https://evil.example/keys\"", ReasonClass.KeyUnresolvable)]
    [InlineData("x5u", "\"https://evil.example/certificate\"", ReasonClass.KeyUnresolvable)]
    [InlineData("b64", "true", ReasonClass.UnsupportedProof)]
    [InlineData("crit", "[\"sigT\"]", ReasonClass.UnsupportedProof)]
    [InlineData("crit", "[\"b64\",\"sigT\",\"unheard\"]", ReasonClass.UnsupportedProof)]
    [InlineData("crit", "[\"b64\",\"adoTst\"]", ReasonClass.UnsupportedProof)]
    [InlineData("x5t#S256", "\"AAAA\"", ReasonClass.ProofInvalid)]
    [InlineData("x5c", "[]", ReasonClass.KeyUnresolvable)]
    [InlineData("x5c", "[\"AAAA\"]", ReasonClass.KeyUnresolvable)]
    [InlineData("x5c", "[\"*\"]", ReasonClass.Malformed)]
    public void refuses_other_headers_even_when_rightly_signed(string member, string value, ReasonClass reason)
    {
        var report = Seals.Verify(WithHeader(header =>
        {
            header[member] = JsonNode.Parse(value);
            if (member == "x5c") header.Remove("x5t#S256");
        }));
        Assert.Equal(Verdict.Reject, report.Verdict);
        Assert.Equal([reason], report.Reasons.AsEnumerable());
        Assert.Null(report.Achievement);
    }

    [Fact]
    public void refuses_a_second_signature_and_unprotected_keys()
    {
        var file = JsonNode.Parse(Seals.Issue())!;
        var signatures = file["signatures"]!.AsArray();
        signatures.Add(signatures[0]!.DeepClone());
        Assert.Equal([ReasonClass.UnsupportedProof], Seals.Verify(Encoding.UTF8.GetBytes(file.ToJsonString())).Reasons.AsEnumerable());

        file = JsonNode.Parse(Seals.Issue())!;
        file["signatures"]![0]!["header"] = JsonNode.Parse("{\"x5c\":[]}");
        Assert.Equal([ReasonClass.UnsupportedProof], Seals.Verify(Encoding.UTF8.GetBytes(file.ToJsonString())).Reasons.AsEnumerable());
    }

    [Fact]
    public void refuses_a_signature_made_with_another_key()
    {
        var thief = Seals.Authority.Issue("Thief", Seals.LegalIdentifier, Seals.From, Seals.Until);
        var file = JsonNode.Parse(Seals.Issue())!;
        var protectedHeader = file["signatures"]![0]!["protected"]!.GetValue<string>();
        file["signatures"]![0]!["signature"] = Base64Url.EncodeToString(thief.Key.Sign(Encoding.UTF8.GetBytes($"{protectedHeader}.{file["payload"]!.GetValue<string>()}")));
        Assert.Equal([ReasonClass.ProofInvalid], Seals.Verify(Encoding.UTF8.GetBytes(file.ToJsonString())).Reasons.AsEnumerable());
    }

    [Fact]
    public void takes_the_sealing_certificate_itself_as_anchor()
    {
        var pinned = new TrustedIssuer(Seals.Voluntariado, [Seals.LegalIdentifier], [Seals.Seal.Certificate], "trust list serial 2");
        Assert.Equal(Verdict.Accept, Seals.Verify(Seals.Issue(), pinned).Verdict);
    }

    [Fact]
    public void refuses_an_unknown_authority_of_the_same_name()
    {
        var imposter = SealAuthority.Create("Voluntariado seal authority", Seals.LegalIdentifier, Seals.From, Seals.Until);
        var file = new EdcIssuer(imposter.Issue("Plataforma Voluntariado", Seals.LegalIdentifier, Seals.From, Seals.Until)).Issue(Seals.Claims, Seals.At);
        var report = Seals.Verify(file);
        Assert.Equal([ReasonClass.UntrustedIssuer], report.Reasons.AsEnumerable());
        Assert.Null(report.IssuerId);
    }

    [Fact]
    public void refuses_a_certificate_issued_by_a_sealing_certificate()
    {
        // The chain ends at a pinned anchor, but its middle has no right to issue.
        using var middleKey = ECDsa.Create();
        middleKey.ImportFromPem(Seals.Seal.ExportKeyPem());
        using var middle = X509CertificateLoader.LoadCertificate(Seals.Seal.Certificate.Span);
        var key = MicroCreds.Domain.Jose.SigningKey.Generate();
        using var ecdsa = SealNames.Import(key);
        var request = new CertificateRequest(SealNames.Subject("Plataforma Voluntariado", Seals.LegalIdentifier), ecdsa, HashAlgorithmName.SHA256);
        using var forged = request.Create(middle.SubjectName, X509SignatureGenerator.CreateForECDsa(middleKey), Seals.From, Seals.Until, [1, 2, 3]);
        var file = new EdcIssuer(new SealingCertificate(key, forged.RawData, Seals.LegalIdentifier)).Issue(Seals.Claims, Seals.At);
        Assert.Equal([ReasonClass.UntrustedIssuer], Seals.Verify(file).Reasons.AsEnumerable());
    }

    [Fact]
    public void refuses_an_expired_sealing_certificate_and_says_so()
    {
        var old = Seals.Authority.Issue("Plataforma Voluntariado", Seals.LegalIdentifier, Seals.From, Seals.At.AddDays(-1));
        var report = Seals.Verify(new EdcIssuer(old).Issue(Seals.Claims, Seals.At));
        Assert.Equal(Verdict.Reject, report.Verdict);
        Assert.Equal([ReasonClass.CertificateExpired], report.Reasons.AsEnumerable());
    }

    [Theory]
    [InlineData("<elm/>", ReasonClass.UnsupportedFormat)]
    [InlineData("eyJhbGciOiJub25lIn0.e30.", ReasonClass.UnsupportedFormat)]
    [InlineData("[]", ReasonClass.UnsupportedFormat)]
    [InlineData("{}", ReasonClass.UnsupportedFormat)]
    [InlineData("", ReasonClass.Malformed)]
    [InlineData("""{"payload":1,"signatures":[{}]}""", ReasonClass.Malformed)]
    [InlineData("""{"payload":"{}","signatures":{}}""", ReasonClass.UnsupportedProof)]
    [InlineData("""{"payload":"{}","signatures":[1]}""", ReasonClass.Malformed)]
    public void names_what_it_does_not_read(string content, ReasonClass reason) =>
        Assert.Equal([reason], Seals.Verify(Encoding.UTF8.GetBytes(content)).Reasons.AsEnumerable());

    private static byte[] WithHeader(Action<JsonObject> change)
    {
        var file = JsonNode.Parse(Seals.Issue())!;
        var header = JsonNode.Parse(Base64Url.DecodeFromChars(file["signatures"]![0]!["protected"]!.GetValue<string>()))!.AsObject();
        change(header);
        var encoded = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString()));
        file["signatures"]![0]!["protected"] = encoded;
        file["signatures"]![0]!["signature"] = Base64Url.EncodeToString(Seals.Seal.Key.Sign(Encoding.UTF8.GetBytes($"{encoded}.{file["payload"]!.GetValue<string>()}")));
        return Encoding.UTF8.GetBytes(file.ToJsonString());
    }
}
