using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Services.Outside;

/// <summary>
/// Gets one document over HTTPS, within bounds: of size, of time, of content type; without redirects, cookies, proxy or content codings; by one
/// connection per host, to the very address that was looked at (a name that changes its address between look and connection gains nothing).
/// </summary>
public sealed class OutsideClient : IDisposable
{
    /// <summary>Time for a document, from the name's address to the last byte.</summary>
    public static readonly TimeSpan TotalTime = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);

    // Names are looked up again after this time, even of a host that is asked often.
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(1);

    private readonly AllowedAddresses _allowed;
    private readonly X509Certificate2Collection _authorities;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;

    /// <summary>A client.</summary>
    /// <param name="allowed">What may be fetched and connected to.</param>
    /// <param name="authorities">Authorities that may vouch for a host beside those of the system.</param>
    /// <param name="resolve">Addresses of a name.</param>
    /// <param name="clock">By which times are bounded.</param>
    public OutsideClient(AllowedAddresses allowed, X509Certificate2Collection authorities, Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider clock)
    {
        (_allowed, _authorities, _resolve, _clock) = (allowed, authorities, resolve, clock);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxConnectionsPerServer = 1,
            MaxResponseHeadersLength = 16,
            ConnectTimeout = ConnectTime,
            PooledConnectionLifetime = ConnectionLife,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
            ResponseDrainTimeout = TimeSpan.Zero,
            ConnectCallback = ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateChainPolicy = Policy(),
                RemoteCertificateValidationCallback = (_, certificate, _, errors) => errors == SslPolicyErrors.None || (errors == SslPolicyErrors.RemoteCertificateChainErrors && IsByAuthority(certificate)),
            },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version11,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("MicroCredsFederation", null));
    }

    /// <summary>Largest document of a kind, in bytes.</summary>
    public static int LargestOf(OutsideKind kind) => kind switch
    {
        OutsideKind.IssuerKeys => 256 * 1024,
        // A credential file's limit; lists of a million entries have 100 KB.
        OutsideKind.StatusList => 2 * 1024 * 1024,
        // The largest national lists have several megabytes.
        _ => 16 * 1024 * 1024,
    };

    /// <summary>Asks for a document. Never throws but for <paramref name="cancellationToken"/>.</summary>
    /// <param name="document">Which.</param>
    /// <param name="entityTag">ETag of the one held; empty without one.</param>
    /// <param name="modifiedAt">Last-Modified of the one held.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<FetchAnswer> GetAsync(OutsideDocument document, string entityTag, DateTimeOffset? modifiedAt, CancellationToken cancellationToken)
    {
        if (!_allowed.Allows(document)) return new FetchAnswer.Failed("its address is not among those that this node may fetch");
        if (AllowedAddresses.IsFile(document.Address)) return await ReadFileAsync(document, cancellationToken);
        using var time = new CancellationTokenSource(TotalTime, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, document.Address);
            foreach (var type in TypesOf(document.Kind)) request.Headers.Accept.Add(new(type));
            request.Headers.AcceptEncoding.Add(new("identity"));
            if (EntityTagHeaderValue.TryParse(entityTag, out var tag)) request.Headers.IfNoneMatch.Add(tag);
            request.Headers.IfModifiedSince = modifiedAt;
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            return await ReadAsync(document, response, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new FetchAnswer.Failed(time.IsCancellationRequested ? $"it took longer than {TotalTime.TotalSeconds:0} seconds" : "no connection was made in time");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new FetchAnswer.Failed(WordsOf(e));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // What the operator puts beside the node is looked at like what is fetched: kept, judged, and not replaced by something older.
    private static async Task<FetchAnswer> ReadFileAsync(OutsideDocument document, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileInfo(new Uri(document.Address).LocalPath);
            return file.Exists && file.Length > LargestOf(document.Kind) ? new FetchAnswer.Failed($"it has more than {LargestOf(document.Kind)} bytes")
                : new FetchAnswer.Arrived(await File.ReadAllBytesAsync(file.FullName, cancellationToken), "", null, FetchTimes.Shortest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FetchAnswer.Failed("the file cannot be read");
        }
    }

    private async Task<FetchAnswer> ReadAsync(OutsideDocument document, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var maxAge = response.Headers.CacheControl is { NoCache: false, NoStore: false, MaxAge: { } age } ? age : (TimeSpan?)null;
        if (response.StatusCode == HttpStatusCode.NotModified) return new FetchAnswer.Unchanged(maxAge);
        if ((int)response.StatusCode is >= 300 and < 400) return new FetchAnswer.Failed("its host redirects to another address, which is not followed");
        if (response.StatusCode != HttpStatusCode.OK) return new FetchAnswer.Failed($"its host answered {(int)response.StatusCode}", RetryAfter(response));
        if (response.Content.Headers.ContentEncoding.Any(c => c != "identity")) return new FetchAnswer.Failed("its host sent it packed, which was not asked for");
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        if (!TypesOf(document.Kind).Contains(type, StringComparer.OrdinalIgnoreCase)) return new FetchAnswer.Failed($"its host sent {(type.Length == 0 ? "no content type" : $"content type {Shortened(type)}")}");
        var largest = LargestOf(document.Kind);
        if (response.Content.Headers.ContentLength > largest) return new FetchAnswer.Failed($"it has more than {largest} bytes");

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (var read = await body.ReadAsync(buffer, cancellationToken); read > 0; read = await body.ReadAsync(buffer, cancellationToken))
        {
            if (content.Length + read > largest) return new FetchAnswer.Failed($"it has more than {largest} bytes");
            content.Write(buffer, 0, read);
        }
        return new FetchAnswer.Arrived(content.ToArray(), response.Headers.ETag?.ToString() ?? "", response.Content.Headers.LastModified, maxAge);
    }

    // The address is chosen and looked at here, and the connection goes to that one: a second look-up could answer otherwise.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await _resolve(host, cancellationToken);
        if (addresses.Length == 0) throw new HttpRequestException(HttpRequestError.NameResolutionError, "no address");
        // One answer that points inside spoils all: a public host has no reason to give it.
        if (addresses.FirstOrDefault(a => !_allowed.MayConnect(a)) is { } inside) throw new RefusedConnectionException($"{host} has the address {inside}, which is not public and in no network that the operator allows");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // No address inside a host's certificate is asked either.
    private static X509ChainPolicy Policy() => new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };

    private bool IsByAuthority(X509Certificate? certificate)
    {
        if (_authorities.Count == 0 || certificate is not X509Certificate2 shown) return false;
        using var chain = new X509Chain { ChainPolicy = Policy() };
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        return chain.Build(shown);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter is not { } asked ? null : asked.Delta ?? (asked.Date is { } date && date > _clock.GetUtcNow() ? date - _clock.GetUtcNow() : null);

    private static string[] TypesOf(OutsideKind kind) => kind switch
    {
        OutsideKind.IssuerKeys => ["application/did", "application/did+json", "application/did+ld+json", "application/json", "application/ld+json", "application/jwk-set+json"],
        // Plain files on a web server often have one of the last two.
        OutsideKind.StatusList => ["application/statuslist+jwt", "application/vc", "application/vc+jwt", "application/vc+ld+json", "application/vc+ld+json+jwt", "application/ld+json", "application/json", "application/jwt", "text/plain", "application/octet-stream"],
        OutsideKind.TrustedList => ["application/vnd.etsi.tsl+xml", "application/xml", "text/xml"],
        OutsideKind.RevocationList => ["application/pkix-crl", "application/x-pkcs7-crl", "application/octet-stream"],
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string WordsOf(Exception e) => e.GetBaseException() switch
    {
        RefusedConnectionException refused => refused.Message,
        AuthenticationException => "the TLS certificate of its host was not accepted",
        _ => (e as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "the name of its host is not known",
            HttpRequestError.SecureConnectionError => "no TLS connection was made with its host",
            HttpRequestError.ConnectionError => "its host cannot be reached",
            HttpRequestError.ConfigurationLimitExceeded => "its host sent too long a header",
            _ => "its host broke off or answered what is no HTTP",
        },
    };

    private static string Shortened(string text) => text.Length <= 60 ? text : text[..60];

    private sealed class RefusedConnectionException(string message) : Exception(message);
}
