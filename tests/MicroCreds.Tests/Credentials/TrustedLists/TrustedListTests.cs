using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Credentials.TrustedLists;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Cli;
using MicroCreds.Tests.Credentials.XmlSignature;

namespace MicroCreds.Tests.Credentials.TrustedLists;

public sealed class TrustedListTests
{
    private static readonly QualifiedAuthority Authority = new();
    private static readonly byte[] Sealed = SealedBy(Authority.Issue());

    [Fact]
    public void makes_granted_authorities_for_seals_into_anchors_and_says_by_which_list()
    {
        var list = Read(new());
        Assert.Equal("Trusted list of IE number 20, issued 2026-08-01, next update by 2027-01-31, with 1 authority for qualified seals.", list.Describe());
        var report = Verify(list, Seals.At);
        Assert.Equal(Verdict.Accept, report.Verdict);
        Assert.Equal("trusted list of IE number 20, service Qualified Seals CA 1", report.Check(CheckKind.CertificateChain).Source);
        // Nobody is a member by a public authority alone.
        Assert.Null(report.IssuerId);
    }

    [Fact]
    public void knows_a_member_by_the_legal_identifier_that_the_authority_looked_at()
    {
        var member = new TrustedIssuer(Seals.Voluntariado, [Seals.LegalIdentifier], [], "trust list serial 1");
        var report = new CredentialVerifier([member, .. Read(new()).Authorities]).Verify(Sealed, Seals.At);
        Assert.Equal((Verdict.Accept, Seals.Voluntariado), (report.Verdict, report.IssuerId));
        var other = new TrustedIssuer(Seals.Voluntariado, ["VATES-X"], [], "trust list serial 1");
        Assert.Null(new CredentialVerifier([other, .. Read(new()).Authorities]).Verify(Sealed, Seals.At).IssuerId);
        // An anchor pinned for members keeps to those members.
        var pinned = new TrustedIssuer(Seals.Voluntariado, [], [Authority.Certificate], "trust list serial 1");
        Assert.Equal([ReasonClass.IssuerBinding], new CredentialVerifier([pinned, member]).Verify(Sealed, Seals.At).Reasons.AsEnumerable());
    }

    [Theory]
    [InlineData("2026-09-01T12:00:00Z", true)]
    [InlineData("2027-01-30T23:59:59Z", true)]
    [InlineData("2027-01-31T00:00:00Z", false)]
    public void vouches_for_nobody_once_the_next_list_is_due(string at, bool trusted)
    {
        var report = Verify(Read(new()), DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(trusted, report.Verdict == Verdict.Accept);
        if (!trusted) Assert.Contains("it did from 2019-09-04 until 2027-01-31", report.Check(CheckKind.CertificateChain).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void goes_by_the_status_at_the_time_that_counts()
    {
        var withdrawn = Read(new() { Status = ListWriter.Withdrawn, Since = "2026-07-01T00:00:00Z", History = [(ListWriter.Granted, "2024-01-01T00:00:00Z"), (ListWriter.Withdrawn, "2022-01-01T00:00:00Z"), (ListWriter.Granted, "2020-01-01T00:00:00Z")] });
        Assert.Equal([("2024-01-01", "2026-07-01"), ("2020-01-01", "2022-01-01")], withdrawn.Authorities.Single().Periods.Select(p => ($"{p.From:yyyy-MM-dd}", $"{p.Until:yyyy-MM-dd}")));
        Assert.Equal([ReasonClass.UntrustedIssuer], Verify(withdrawn, Seals.At).Reasons.AsEnumerable());
        Assert.NotEqual(ReasonClass.UntrustedIssuer, Verify(withdrawn, new(2026, 6, 30, 0, 0, 0, TimeSpan.Zero)).Check(CheckKind.CertificateChain).Reason);
    }

    [Theory]
    [InlineData("http://uri.etsi.org/TrstSvc/Svctype/CA/PKC", ListWriter.Granted, ListWriter.ForSeals)]
    [InlineData(ListWriter.Authority, ListWriter.Withdrawn, ListWriter.ForSeals)]
    [InlineData(ListWriter.Authority, "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/recognisedatnationallevel", ListWriter.ForSeals)]
    [InlineData(ListWriter.Authority, ListWriter.Granted, "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/ForeSignatures")]
    public void leaves_out_other_services(string type, string status, string use) => Assert.Empty(Read(new() { ServiceType = type, Status = status, Use = use }).Authorities);

    [Theory]
    [InlineData(false, "0.4.0.1862.1.6.2")]
    [InlineData(true, "0.4.0.1862.1.6.1")]
    [InlineData(true, null)]
    public void vouches_for_no_certificate_that_is_not_one_for_qualified_seals(bool compliance, string? type)
    {
        var report = new CredentialVerifier([.. Read(new()).Authorities]).Verify(SealedBy(Authority.Issue(compliance, type)), Seals.At);
        Assert.Equal([ReasonClass.UntrustedIssuer], report.Reasons.AsEnumerable());
    }

    [Fact]
    public void counts_only_under_the_pinned_key_of_its_scheme_operator_and_unchanged()
    {
        var file = new ListWriter().Write(Authority.Certificate);
        Assert.Null(TrustedList.Read(file, [XmlSigner.Rsa, XmlSigner.Stranger], out var fault));
        Assert.Equal("it is not signed by any of the signers allowed", fault);
        Assert.Null(TrustedList.Read(file, [], out _));
        Assert.Null(TrustedList.Read(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(file).Replace("/withdrawn", "/granted", StringComparison.Ordinal).Replace(">20<", ">21<", StringComparison.Ordinal)), [XmlSigner.P256], out fault));
        Assert.StartsWith("the digest does not fit", fault, StringComparison.Ordinal);
        Assert.NotNull(TrustedList.Read(new ListWriter { Signer = XmlSigner.Rsa }.Write(Authority.Certificate), [XmlSigner.P256, XmlSigner.Rsa], out fault));
    }

    [Fact]
    public void refuses_a_list_in_which_any_letter_of_what_it_says_was_changed()
    {
        var whole = new ListWriter { Status = ListWriter.Withdrawn }.Write(Authority.Certificate);
        var (from, until) = (whole.AsSpan().IndexOf("<SchemeInformation>"u8), whole.AsSpan().IndexOf("<ds:Signature"u8));
        for (var at = from; at < until; at++)
        {
            var changed = whole.ToArray();
            changed[at] = (byte)(changed[at] == (byte)'a' ? 'b' : 'a');
            Assert.Null(TrustedList.Read(changed, [XmlSigner.P256], out _));
        }
    }

    [Theory]
    [InlineData("4", "20", "2027-01-31T00:00:00Z")]
    [InlineData("5", "x", "2027-01-31T00:00:00Z")]
    [InlineData("5", "20", "")]
    [InlineData("5", "20", "soon")]
    public void refuses_a_list_without_number_or_end(string version, string number, string nextUpdate) =>
        Assert.Null(TrustedList.Read(new ListWriter { Version = version, Number = number, NextUpdate = nextUpdate }.Write(Authority.Certificate), [XmlSigner.P256], out _));

    [SamplesTheory]
    [InlineData("EU", 264, "2020-10-29", 0)]
    [InlineData("BE", 46, "2020-09-16", 7)]
    [InlineData("IE", 20, "2020-09-05", 2)]
    public void reads_the_sample_lists_under_their_signers_and_finds_them_stale(string name, long number, string nextUpdate, int authorities)
    {
        var file = Samples.Read($"trust/tsl/{name}.xml");
        var signer = System.Text.RegularExpressions.Regex.Match(Encoding.UTF8.GetString(file), "<ds:X509Certificate>([^<]+)</ds:X509Certificate>").Groups[1].Value;
        var list = TrustedList.Read(file, [X509CertificateLoader.LoadCertificate(Convert.FromBase64String(signer))], out var fault);
        Assert.Equal("", fault);
        Assert.Equal((number, nextUpdate, authorities), (list!.Number, $"{list.NextUpdate:yyyy-MM-dd}", list.Authorities.Length));
        Assert.DoesNotContain(list.Authorities, a => a.CountsAt(Samples.At));
    }

    [Fact]
    public async Task is_read_from_the_trust_folder_with_its_signer_beside_it()
    {
        var folder = Directory.CreateTempSubdirectory("mcf-tl-").FullName;
        var credential = Path.Combine(folder, "credential.jsonld");
        var lists = Directory.CreateDirectory(Path.Combine(folder, "trust", "trusted-lists")).FullName;
        try
        {
            await File.WriteAllBytesAsync(credential, Sealed);
            await File.WriteAllBytesAsync(Path.Combine(lists, "IE.xml"), new ListWriter().Write(Authority.Certificate));
            var without = await VerifyAsync("2026-09-02");
            Assert.Contains("not signed by any of the signers allowed", without.Error + without.Output, StringComparison.Ordinal);

            await File.WriteAllTextAsync(Path.Combine(lists, "operator.pem"), XmlSigner.P256.ExportCertificatePem());
            var with = await VerifyAsync("2026-09-02");
            Assert.Equal("ACCEPT", (string?)Assert.Single(with.Json)["verdict"]);
            Assert.Contains(with.Json[0]["checks"]!.AsArray(), c => (string?)c!["source"] == "trusted list of IE number 20, service Qualified Seals CA 1");

            var late = await VerifyAsync("2027-02-01");
            Assert.Contains("stale: the next one was due on 2027-01-31", late.Error + late.Output, StringComparison.Ordinal);
            // The scheme operator's certificate is no anchor.
            await File.WriteAllBytesAsync(credential, Seals.Issue());
            Assert.Equal("UNTRUSTED_ISSUER", (string?)Assert.Single((await VerifyAsync("2026-09-02")).Json)["reasons"]!.AsArray().Single());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Task<CommandLine> VerifyAsync(string at) => CommandLine.RunAsync("verify", credential, "--trust", Path.Combine(folder, "trust"), "--at", at, "--json");
    }

    private static byte[] SealedBy(SealingCertificate seal) => JadesSealer.Seal(Encoding.UTF8.GetBytes(JsonNode.Parse(Seals.Issue())!["payload"]!.GetValue<string>()), seal, Seals.At);

    private static TrustedList Read(ListWriter writer)
    {
        var list = TrustedList.Read(writer.Write(Authority.Certificate), [XmlSigner.P256], out var fault);
        Assert.Equal("", fault);
        return list!;
    }

    private static CredentialReport Verify(TrustedList list, DateTimeOffset at) => new CredentialVerifier([.. list.Authorities]).Verify(Sealed, at);
}
