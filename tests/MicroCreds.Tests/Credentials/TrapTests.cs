using System.Buffers.Text;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MicroCreds.Credentials;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Contract;
using MicroCreds.Tests.Credentials.LinkedData;
using MicroCreds.Tests.Credentials.OpenBadge;

namespace MicroCreds.Tests.Credentials;

/// <summary>Traps that lie across the formats and belong to none. <c>tests/README.md</c> has the table of all, by the test that holds each.</summary>
public sealed partial class TrapTests
{
    [Fact]
    public void every_trap_of_the_table_has_the_tests_it_names()
    {
        var tests = typeof(TrapTests).Assembly.GetTypes().Where(t => t.IsClass).ToLookup(t => t.Name, StringComparer.Ordinal);
        var rows = File.ReadLines(Path.Combine(ContractFiles.Root, "tests", "README.md")).SkipWhile(l => l != "## Traps of credentials").SkipWhile(l => !l.StartsWith("|---", StringComparison.Ordinal)).Skip(1).TakeWhile(l => l.StartsWith('|')).ToList();
        Assert.True(rows.Count >= 25, $"{rows.Count}");
        foreach (var row in rows)
        {
            var named = TestName().Matches(row.Split('|')[2]).ToList();
            Assert.True(named.Count > 0, row);
            Assert.All(named, n => Assert.True(tests[n.Groups["type"].Value].Any(t => t.GetMethod(n.Groups["method"].Value, BindingFlags.Public | BindingFlags.Instance) is not null), $"{n.Value} is not there: {row}"));
        }
    }

    [Fact]
    public void refuses_a_signature_in_der_where_the_standard_says_two_numbers()
    {
        // RFC 7518, 3.4: R and S side by side, 64 bytes. The same signature in DER is one that other tools take.
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.True(SigningKey.TryImportPem(key.ExportPkcs8PrivateKeyPem(), out var signing));
        var issuer = Badges.Registered(new CredentialIssuer(Badges.DidOf(signing), []));
        var token = Encoding.ASCII.GetString(Badges.Token(h => h["kid"] = Badges.DidOf(signing), p => p["issuer"]!["id"] = Badges.DidOf(signing), signing));
        Assert.Equal(Verdict.Accept, Badges.Verify(Encoding.ASCII.GetBytes(token), issuer).Verdict);
        var message = token[..token.LastIndexOf('.')];
        var der = key.SignData(Encoding.ASCII.GetBytes(message), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(Encoding.ASCII.GetBytes($"{message}.{Base64Url.EncodeToString(der)}"), issuer).Reasons.AsEnumerable());
    }

    [Theory]
    [InlineData("https://uni-roma.example/issuer#")]
    [InlineData("did:web:uni-roma.example#")]
    public void takes_no_key_out_of_the_name_of_a_method(string before)
    {
        // The fragment is a key, and the name before it the issuer's: only the register says whose key that is.
        var key = SigningKey.Generate();
        var badge = JsonNode.Parse(DataIntegrityTests.Signed("ecdsa-rdfc-2019", b => b["issuer"]!["id"] = before[..^1], key, before + Badges.DidOf(key)["did:key:".Length..]))!.AsObject();
        var file = Encoding.UTF8.GetBytes(badge.ToJsonString());
        Assert.Equal([ReasonClass.KeyUnresolvable], Badges.Verify(file).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.KeyUnresolvable], Badges.Verify(file, Badges.Registered(new CredentialIssuer(before[..^1], [new($"{before}key-1", SigningKey.Generate().PublicKey.Jwk)]))).Reasons.AsEnumerable());
    }

    [Fact]
    public void refuses_contexts_of_which_one_redefines_what_another_protects()
    {
        // Both are pinned; each defines the terms of a credential, and protects them.
        var badge = JsonNode.Parse(DataIntegrityTests.Signed("ecdsa-rdfc-2019"))!.AsObject();
        badge["@context"]!.AsArray().Insert(1, "https://www.w3.org/2018/credentials/v1");
        var report = Badges.Verify(Encoding.UTF8.GetBytes(badge.ToJsonString()));
        Assert.Equal(Verdict.Reject, report.Verdict);
        Assert.Contains("protected", report.Check(CheckKind.Seal).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void refuses_words_in_the_place_of_a_signature()
    {
        const string words = "this-signature-is-simulated-for-the-purpose-of-showing-the-format-and-proves-nothing!";
        var simulated = Base64Url.EncodeToString(Encoding.ASCII.GetBytes(words));
        var seal = JsonNode.Parse(Seals.Issue())!;
        seal["signatures"]![0]!["signature"] = simulated;
        Assert.Equal([ReasonClass.ProofInvalid], Seals.Verify(Encoding.UTF8.GetBytes(seal.ToJsonString())).Reasons.AsEnumerable());

        var token = Encoding.ASCII.GetString(Badges.Token());
        Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(Encoding.ASCII.GetBytes($"{token[..token.LastIndexOf('.')]}.{simulated}")).Reasons.AsEnumerable());

        var badge = JsonNode.Parse(DataIntegrityTests.Signed("ecdsa-rdfc-2019"))!.AsObject();
        badge["proof"]!["proofValue"] = Badges.Multibase(Encoding.ASCII.GetBytes(words[..64]));
        Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(Encoding.UTF8.GetBytes(badge.ToJsonString())).Reasons.AsEnumerable());

        var elm = Seals.Payload();
        elm["proof"] = new JsonObject { ["type"] = "JAdES-D-Zero", ["proofValue"] = simulated };
        var report = Seals.Verify(Encoding.UTF8.GetBytes(elm.ToJsonString()));
        Assert.Equal((Verdict.Reject, CredentialFormat.ElmEmbeddedProof, ReasonClass.UnsupportedProof), (report.Verdict, report.Format, report.Reasons[0]));
    }

    [Fact]
    public void keeps_garbled_letters_as_they_were_sealed()
    {
        var report = Seals.Verify(Seals.SealChanged(c => c["credentialSubject"]!["hasClaim"]!["title"] = new JsonObject { ["es"] = "Estad\u00C3\u00ADstica \uFFFD I" }));
        Assert.Equal((Verdict.Accept, "Estad\u00C3\u00ADstica \uFFFD I"), (report.Verdict, report.Achievement!.Title.ToString()));
    }

    [Fact]
    public void has_no_means_to_ask_the_network()
    {
        var references = typeof(CredentialVerifier).Assembly.GetReferencedAssemblies().Select(a => a.Name ?? "").ToList();
        Assert.NotEmpty(references);
        Assert.DoesNotContain(references, name => name.StartsWith("System.Net", StringComparison.Ordinal));
        // The platform's own chains may fetch missing certificates and revocation lists.
        var sources = Directory.EnumerateFiles(Path.Combine(ContractFiles.Root, "src", "MicroCreds.Credentials"), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal)).ToList();
        Assert.True(sources.Count > 80, $"{sources.Count}");
        Assert.DoesNotContain(sources, file => Fetching().IsMatch(File.ReadAllText(file)));
    }

    [GeneratedRegex(@"`(?<type>[A-Z]\w+)\.(?<method>\w+)`", RegexOptions.CultureInvariant)]
    private static partial Regex TestName();

    [GeneratedRegex(@"\bX509Chain\b|\bXmlUrlResolver\b|\bSignedXml\b|\bHttpClient\b", RegexOptions.CultureInvariant)]
    private static partial Regex Fetching();
}
