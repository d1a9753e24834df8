using System.Net;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Trust;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;
using MicroCreds.Services;
using MicroCreds.Services.Outside;
using MicroCreds.Tests.Credentials;
using MicroCreds.Tests.Credentials.OpenBadge;
using MicroCreds.Tests.Credentials.XmlSignature;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Tests.Services.Outside;

/// <summary>What tests of the outside need: a host that answers what it is told to, and a node's fetcher that asks it.</summary>
public abstract class OutsideTests : IAsyncLifetime
{
    private protected const string Path = "/status/1";

    private readonly List<IDisposable> _made = [];

    private protected TestClock Clock { get; } = new(Badges.At);

    private protected string Folder { get; } = Directory.CreateTempSubdirectory("mcf-outside-").FullName;

    private protected OutsideHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await OutsideHost.StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var made in _made) made.Dispose();
        await Host.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private protected static Task Gone(HttpContext context)
    {
        context.Response.StatusCode = 410;
        return Task.CompletedTask;
    }

    // Bits 7 and 131,071 are set.
    private protected static byte[] List(Action<JsonObject>? change = null, SigningKey? key = null) => StatusListTests.Bitstring(c =>
    {
        c["validFrom"] = "2026-08-01T00:00:00Z";
        change?.Invoke(c);
    }, key);

    private protected static byte[] DidDocument(string did, SigningKey key) => System.Text.Encoding.UTF8.GetBytes(new JsonObject
    {
        ["id"] = did,
        ["verificationMethod"] = new JsonArray(new JsonObject { ["id"] = $"{did}#key-1", ["type"] = "JsonWebKey", ["controller"] = did, ["publicKeyJwk"] = JsonNode.Parse(key.PublicKey.Jwk) }),
        ["assertionMethod"] = new JsonArray("#key-1"),
    }.ToJsonString());

    private protected static JsonObject WithStatus(JsonObject credential, long index, string list)
    {
        credential["credentialStatus"] = new JsonObject { ["type"] = "BitstringStatusListEntry", ["statusPurpose"] = "revocation", ["statusListIndex"] = $"{index}", ["statusListCredential"] = list };
        return credential;
    }

    private protected async Task<Running> StartedWithListAsync()
    {
        var node = Start();
        node.Verify(0);
        Clock.Advance(TimeSpan.FromMinutes(5));
        await node.WalkAsync();
        return node;
    }

    private protected Running Start(OutsideIssuer? issuer = null, string? begin = null, string[]? begins = null, string? trustedList = null, OutsideRevocationList? revocationList = null)
    {
        var allowed = new AllowedAddresses(issuer is not null ? [new(OutsideKind.IssuerKeys, issuer.Address)] : trustedList is not null ? [new(OutsideKind.TrustedList, trustedList)] : revocationList is not null ? [new(OutsideKind.RevocationList, revocationList.Address)] : [], begins ?? [begin ?? Host.At("/status/")], [IPNetwork.Parse("127.0.0.0/8")]);
        var (client, metrics, log) = (OutsideHost.Client(allowed, Clock), new NodeMetrics(), new ErrorLog());
        _made.AddRange([client, metrics]);
        var trust = new OutsideTrust(issuer is null ? [] : [issuer], trustedList is null ? [] : [new(trustedList, [XmlSigner.P256])], revocationList is null ? [] : [revocationList]);
        var fetcher = new DocumentFetcher(allowed, client, new DocumentShelf(Folder), trust, new FetchTimes(TimeSpan.FromHours(24), TimeSpan.FromDays(7)), metrics, Clock,
            LoggerFactory.Create(b => b.AddProvider(log)).CreateLogger<DocumentFetcher>());
        _made.Add(fetcher);
        var running = new Running(this, fetcher, trust, log);
        fetcher.Load();
        return running;
    }

    private protected sealed class Running
    {
        private readonly OutsideTests _test;
        private readonly OutsideTrust _trust;

        public Running(OutsideTests test, DocumentFetcher fetcher, OutsideTrust trust, ErrorLog log)
        {
            (_test, Fetcher, Log, _trust, Verifier) = (test, fetcher, log, trust, trust.MakeVerifier([Badges.Member]));
            trust.Changed += () => Verifier = trust.MakeVerifier([Badges.Member]);
        }

        public DocumentFetcher Fetcher { get; }
        public ErrorLog Log { get; }
        public CredentialVerifier Verifier { get; private set; }

        public CredentialVerifier VerifierOf(TrustedIssuer issuer) => _trust.MakeVerifier([issuer]);

        public Task<int> WalkAsync() => Fetcher.WalkAsync(CancellationToken.None);

        public KeptDocument Kept() => Fetcher.Current.Single(k => k.Document.Kind == OutsideKind.StatusList);

        public CredentialReport Verify(long index, string? list = null) =>
            Verifier.Verify(Badges.Token(payload: c => WithStatus(c, index, list ?? _test.Host.At(Path))), _test.Clock.GetUtcNow());
    }
}
