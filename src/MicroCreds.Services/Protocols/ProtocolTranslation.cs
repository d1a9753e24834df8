using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Protocols;

/// <summary>
/// Lets clients that do not speak gRPC call the same methods on the same port: gRPC-Web (binary and text) and the Connect protocol (JSON and
/// binary). A request is turned into the gRPC request it stands for and the answer is turned back, so that sign-in, access rules, limits,
/// errors and logs are those of gRPC. Sources: gRPC-Web protocol (PROTOCOL-WEB.md), Connect protocol reference.
/// </summary>
public static class ProtocolTranslation
{
    /// <summary>Content types a method takes, as they are told to a client that sent another.</summary>
    public const string Accepted = "application/grpc, application/grpc-web, application/grpc-web-text, application/json, application/proto, application/connect+json, application/connect+proto";

    private const string Grpc = "application/grpc";

    private static readonly FrozenDictionary<string, MethodDescriptor> Methods = ServiceCatalogue.Services
        .SelectMany(s => s.Methods).ToFrozenDictionary(m => $"/{m.Service.FullName}/{m.Name}", StringComparer.Ordinal);

    /// <summary>Puts the translation before everything that reads a body. What is no call of the contract goes on untouched.</summary>
    public static IApplicationBuilder UseProtocolTranslation(this IApplicationBuilder app) => app.Use(Translate);

    private static Task Translate(HttpContext context, RequestDelegate next)
    {
        if (context.Request.ContentType is Grpc) return next(context);
        var type = MediaType(context.Request.ContentType);
        if (type is Grpc || type.StartsWith("application/grpc+", StringComparison.Ordinal)) return next(context);
        if (!Methods.TryGetValue(context.Request.Path.Value ?? "", out var method))
        {
            if (type is "application/grpc-web" or "application/grpc-web+proto" or "application/grpc-web-text" or "application/grpc-web-text+proto")
                return TrailersOnly.WriteAsync(context, WireRefusal.NoSuchMethod(), type);
            // A path is routed whatever its case is, and with a slash at its end; only gRPC goes on that way.
            return type.StartsWith("application/connect+", StringComparison.Ordinal) || context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not null
                ? ConnectError.WriteAsync(context, WireRefusal.NoSuchMethod(), StatusCodes.Status404NotFound)
                : next(context);
        }

        if (HttpMethods.IsOptions(context.Request.Method)) return next(context);
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            return ConnectError.WriteAsync(context, Problem.Of(ProblemCode.CallUnsupported, "A method is called by POST.", ("part", "http_method"), ("accepted", HttpMethods.Post)), StatusCodes.Status405MethodNotAllowed);
        }

        var streams = method.IsClientStreaming || method.IsServerStreaming;
        TranslatedCall? call = type switch
        {
            "application/grpc-web" or "application/grpc-web+proto" => new GrpcWebCall(context, text: false),
            "application/grpc-web-text" or "application/grpc-web-text+proto" => new GrpcWebCall(context, text: true),
            "application/json" when !streams => new ConnectUnaryCall(context, method, json: true),
            "application/proto" when !streams => new ConnectUnaryCall(context, method, json: false),
            "application/connect+json" when streams => new ConnectStreamCall(context, method, json: true),
            "application/connect+proto" when streams => new ConnectStreamCall(context, method, json: false),
            _ => null,
        };
        if (call is not null) return call.RunAsync(next);

        context.Response.Headers["accept-post"] = Accepted;
        var accepted = streams ? "application/connect+json, application/connect+proto" : "application/json, application/proto";
        return ConnectError.WriteAsync(
            context,
            Problem.Of(
                ProblemCode.CallUnsupported, $"{method.FullName} does not take this content type. It {(streams ? "streams" : "answers once")}: send one of {accepted}. gRPC and gRPC-Web are taken too.",
                ("part", "content_type"), ("accepted", accepted)),
            StatusCodes.Status415UnsupportedMediaType);
    }

    private static string MediaType(string? contentType)
    {
        if (contentType is null) return "";
        var end = contentType.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? contentType : contentType[..end]).Trim().ToLowerInvariant();
    }
}
