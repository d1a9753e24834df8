using System.Collections.Frozen;
using Grpc.AspNetCore.Server;
using MicroCreds.Services.Protocols;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Services.Transport;

/// <summary>
/// The short way from the door to a method of the contract: a request whose path is exactly that of one goes by a dictionary, and not by the search through every page and by what
/// is there for pages alone. It makes the same steps as on the long way, which is open to it too.
/// </summary>
public static class DirectCalls
{
    /// <summary>Puts the short way before everything that looks for an endpoint.</summary>
    /// <param name="app">The node; its methods may be mapped later.</param>
    /// <param name="open">Whether a request may come to the contract by the door it came in.</param>
    public static void UseDirectCalls(this WebApplication app, Func<HttpContext, bool> open)
    {
        var steps = ((IApplicationBuilder)app).New();
        steps.UseCallSteps();
        steps.Run(static context => context.GetEndpoint()?.RequestDelegate is { } method ? method(context) : Task.CompletedTask);
        var call = steps.Build();
        var services = new Services(app.Services);
        var methods = new Lazy<FrozenDictionary<string, Endpoint>>(() => MethodsOf(app));
        app.Use(next => context =>
        {
            var request = context.Request;
            // A page of another origin asks for what the long way says of origins.
            if (request.Path.Value is not { } path || !methods.Value.TryGetValue(path, out var method) || !HttpMethods.IsPost(request.Method) || request.Headers.Origin.Count > 0 || !open(context)) return next(context);
            context.SetEndpoint(method);
            context.Features[typeof(IServiceProvidersFeature)] = services;
            return call(context);
        });
    }

    /// <summary>What is done with every call, whichever way it came, before its method.</summary>
    public static void UseCallSteps(this IApplicationBuilder app)
    {
        app.UseProtocolTranslation();
        app.UseCompressionRefusal();
        MessageFraming.Use(app);
    }

    private static FrozenDictionary<string, Endpoint> MethodsOf(IEndpointRouteBuilder app) => app.DataSources
        .SelectMany(source => source.Endpoints).Where(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not null)
        .Select(endpoint => new CallEndpoint(endpoint)).ToFrozenDictionary(endpoint => endpoint.FullName, Endpoint (endpoint) => endpoint, StringComparer.Ordinal);

    /// <summary>The node's own services: all there are for calls live as long as the node, so no call needs a scope.</summary>
    private sealed class Services(IServiceProvider root) : IServiceProvidersFeature
    {
        public IServiceProvider RequestServices { get => root; set => throw new NotSupportedException("The services of a call are the node's."); }
    }
}
