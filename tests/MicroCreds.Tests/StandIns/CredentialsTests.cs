using Grpc.Core;

namespace MicroCreds.Tests.StandIns;

/// <summary>Credentials tell a transport of which kind they are.</summary>
public sealed class CredentialsTests
{
    private static readonly CallCredentials First = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);
    private static readonly CallCredentials Second = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);

    [Fact]
    public void a_channel_is_insecure_or_uses_tls()
    {
        Assert.Equal("insecure", Told(ChannelCredentials.Insecure));
        Assert.Equal("tls, roots , certificate , asks False", Told(ChannelCredentials.SecureSsl));
        Assert.Equal("tls, roots R, certificate C, asks True", Told(new SslCredentials("R", new KeyCertificatePair("C", "K"), _ => true)));
    }

    [Fact]
    public void call_credentials_can_be_added_to_tls_only()
    {
        Assert.Equal("both", Told(ChannelCredentials.Create(ChannelCredentials.SecureSsl, First)));
        Assert.Throws<ArgumentException>(() => ChannelCredentials.Create(ChannelCredentials.Insecure, First));
    }

    [Fact]
    public void several_call_credentials_keep_their_order()
    {
        var recorder = new CallRecorder();

        CallCredentials.Compose(First, Second).InternalPopulateConfiguration(recorder, this);

        Assert.Equal([First, Second], recorder.Composed);
        Assert.Same(this, recorder.State);
        Assert.Throws<ArgumentException>(() => CallCredentials.Compose(First));
    }

    [Fact]
    public async Task a_function_adds_metadata_to_a_call()
    {
        var recorder = new CallRecorder();
        CallCredentials.FromInterceptor((context, metadata) =>
        {
            metadata.Add("authorization", $"{context.ServiceUrl} {context.MethodName}");
            return Task.CompletedTask;
        }).InternalPopulateConfiguration(recorder, this);
        var metadata = new Metadata();

        await recorder.Interceptor!(new AuthInterceptorContext("https://a.example/p.S", "Do"), metadata);

        Assert.Equal("https://a.example/p.S Do", metadata.GetValue("authorization"));
    }

    private static string Told(ChannelCredentials credentials)
    {
        var recorder = new ChannelRecorder();
        credentials.InternalPopulateConfiguration(recorder, "state");
        return recorder.Told;
    }

    private sealed class ChannelRecorder : ChannelCredentialsConfiguratorBase
    {
        public string Told { get; private set; } = "";

        public override void SetInsecureCredentials(object state) => Told = "insecure";

        public override void SetSslCredentials(
            object state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback) =>
            Told = $"tls, roots {rootCertificates}, certificate {keyCertificatePair?.CertificateChain}, asks {verifyPeerCallback is not null}";

        public override void SetCompositeCredentials(object state, ChannelCredentials channelCredentials, CallCredentials callCredentials) =>
            Told = channelCredentials == ChannelCredentials.SecureSsl && callCredentials == First ? "both" : "others";
    }

    private sealed class CallRecorder : CallCredentialsConfiguratorBase
    {
        public object? State { get; private set; }

        public IReadOnlyList<CallCredentials> Composed { get; private set; } = [];

        public AsyncAuthInterceptor? Interceptor { get; private set; }

        public override void SetCompositeCredentials(object state, IReadOnlyList<CallCredentials> credentials) => (State, Composed) = (state, credentials);

        public override void SetAsyncAuthInterceptorCredentials(object state, AsyncAuthInterceptor interceptor) => Interceptor = interceptor;
    }
}
