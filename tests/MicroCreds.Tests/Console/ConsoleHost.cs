using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using MicroCreds.Console;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Tests.Console;

/// <summary>The console on a free loopback port, with hand-written services behind a Unix socket, and a browser without script.</summary>
internal sealed class ConsoleHost : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly WebApplication _node;
    private readonly WebApplication _console;
    private readonly DirectoryInfo _folder;

    private ConsoleHost(WebApplication node, WebApplication console, DirectoryInfo folder, FakeNode fake)
    {
        (_node, _console, _folder, Node) = (node, console, folder, fake);
        Client = NewClient();
    }

    public FakeNode Node { get; }

    public HttpClient Client { get; }

    public Uri Address => new(_console.Urls.Single());

    public IServiceProvider Services => _console.Services;

    public static async Task<ConsoleHost> StartAsync(
        IReadOnlyList<string>? roles = null, IReadOnlyList<ConsoleInstitution>? institutions = null, int port = 0)
    {
        var fake = Samples.Node();
        var folder = Directory.CreateTempSubdirectory("mcf-console-");
        var socket = Path.Combine(folder.FullName, "node.sock");

        var nodeBuilder = WebApplication.CreateSlimBuilder();
        nodeBuilder.Logging.ClearProviders();
        nodeBuilder.WebHost.ConfigureKestrel(k => k.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2));
        // As a node takes it.
        nodeBuilder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = MicroCreds.Services.TransportLimits.MaxRequestBytes);
        nodeBuilder.Services.AddSingleton(fake);
        var node = nodeBuilder.Build();
        node.MapGrpcService<FakeRecognition>();
        node.MapGrpcService<FakeAssessment>();
        node.MapGrpcService<FakeEquivalence>();
        node.MapGrpcService<FakeEquivalenceAdmin>();
        node.MapGrpcService<FakeExplore>();
        node.MapGrpcService<FakeMembers>();
        node.MapGrpcService<FakeExchange>();
        node.MapGrpcService<FakeAgreements>();
        await node.StartAsync();

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port));
        builder.Services.AddSingleton<TimeProvider>(new FixedTime(Now));
        var codes = new HashSet<string> { "once" };
        builder.Services.AddMicroCredsConsole(options =>
        {
            options.NodeSocketPath = socket;
            options.KeysDirectory = folder.FullName;
            options.Institutions = () => institutions ?? [new ConsoleInstitution("uni-roma.example", "Università di Roma (pilot)")];
            options.ReadToken = token => token == "token-of-bea" ? new StaffSignIn("bea", token, ["officer"], ["*"], Now.AddHours(8)) : null;
            options.RedeemCode = (code, _) => Task.FromResult(codes.Remove(code)
                ? new StaffSignIn("ana", "token-of-ana", roles ?? ["officer", "reviewer"], ["*"], Now.AddHours(8))
                : null);
        });
        var console = builder.Build();
        console.MapMicroCredsConsole();
        await console.StartAsync();
        return new ConsoleHost(node, console, folder, fake);
    }

    /// <summary>Starts and signs in.</summary>
    public static async Task<ConsoleHost> SignedInAsync(IReadOnlyList<string>? roles = null, IReadOnlyList<ConsoleInstitution>? institutions = null)
    {
        var host = await StartAsync(roles, institutions);
        var answer = await host.SubmitAsync(await host.GetAsync("/sign-in?code=once"), "form[action='/sign-in']");
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return host;
    }

    /// <summary>A browser of its own: cookies, no redirects.</summary>
    public HttpClient NewClient() =>
        new(new SocketsHttpHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = Address };

    public async Task<IHtmlDocument> GetAsync(string address)
    {
        using var answer = await Client.GetAsync(address);
        return await PageOf(answer);
    }

    public static async Task<IHtmlDocument> PageOf(HttpResponseMessage answer) =>
        new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());

    /// <summary>Fills and sends a form as a browser would; <paramref name="changes"/> replaces what stands in its fields.</summary>
    public Task<HttpResponseMessage> SubmitAsync(IHtmlDocument page, string form, params (string Field, string Value)[] changes)
    {
        var element = page.QuerySelector(form) as IHtmlFormElement ?? throw new InvalidOperationException($"The page has no {form}.");
        return Client.PostAsync(element.GetAttribute("action"), new FormUrlEncodedContent(Fields(element, changes)));
    }

    /// <summary>Sends a form with files, as a browser without script would.</summary>
    public async Task<HttpResponseMessage> UploadAsync(IHtmlDocument page, string form, (string Field, string Name, byte[] Content)[] files, params (string Field, string Value)[] changes)
    {
        var element = page.QuerySelector(form) as IHtmlFormElement ?? throw new InvalidOperationException($"The page has no {form}.");
        Assert.Equal("multipart/form-data", element.GetAttribute("enctype"));
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in Fields(element, changes).Where(f => files.All(file => file.Field != f.Key))) content.Add(new StringContent(value), name);
        foreach (var (field, name, bytes) in files) content.Add(new ByteArrayContent(bytes), field, name);
        return await Client.PostAsync(element.GetAttribute("action"), content);
    }

    public static List<KeyValuePair<string, string>> Fields(IHtmlFormElement form, params (string Field, string Value)[] changes)
    {
        var changed = changes.Select(c => c.Field).ToHashSet(StringComparer.Ordinal);
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var element in form.QuerySelectorAll("input, select, textarea"))
        {
            if (element.GetAttribute("name") is not { } name || changed.Contains(name)) continue;
            switch (element)
            {
                case IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false } or IHtmlInputElement { Type: "file" }:
                    break;
                case IHtmlInputElement input:
                    fields.Add(new(name, input.Value));
                    break;
                case IHtmlSelectElement select:
                    fields.Add(new(name, select.Value ?? ""));
                    break;
                case IHtmlTextAreaElement area:
                    fields.Add(new(name, area.Value));
                    break;
            }
        }
        fields.AddRange(changes.Select(c => new KeyValuePair<string, string>(c.Field, c.Value)));
        return fields;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _console.DisposeAsync();
        await _node.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
