using System.Reflection;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Grpc.Core.Interceptors;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MicroCreds.Services.Transport;

/// <summary>
/// Binds the methods of the contract. Each call of one makes the node's one stop (<see cref="NodeInterceptor"/>) before the method, on the one instance of its service. Messages that are none are refused as
/// the caller's mistake, where the server itself takes them for a failure of its own and logs an error. An <see cref="Interceptor"/> among the services stands between the stop and the methods; those
/// of the server's options stand before the stop.
/// </summary>
public static class CheckedMethods
{
    /// <summary>Binds services so. After <c>AddGrpc</c>.</summary>
    public static void AddCheckedMethods(this IServiceCollection services)
    {
        services.RemoveAll(typeof(IServiceMethodProvider<>));
        services.AddSingleton(typeof(IServiceMethodProvider<>), typeof(Provider<>));
        services.AddSingleton(typeof(IGrpcServiceActivator<>), typeof(Only<>));
        services.TryAddSingleton<NodeInterceptor>();
        services.TryAddSingleton<UnfinishedRequests>();
    }

    /// <summary>The one instance of a service, for every call.</summary>
    private sealed class Only<TService>(IServiceProvider services) : IGrpcServiceActivator<TService>
        where TService : class
    {
        private readonly Lazy<TService> _service = new(() => ActivatorUtilities.GetServiceOrCreateInstance<TService>(services));

        public GrpcActivatorHandle<TService> Create(IServiceProvider serviceProvider) => new(_service.Value, created: false, state: null);

        public ValueTask ReleaseAsync(GrpcActivatorHandle<TService> service) => ValueTask.CompletedTask;
    }

    private sealed class Provider<TService>(NodeInterceptor stop, IGrpcServiceActivator<TService> only, IServiceProvider services) : IServiceMethodProvider<TService>
        where TService : class
    {
        public void OnServiceMethodDiscovery(ServiceMethodProviderContext<TService> context)
        {
            for (var type = typeof(TService); type is not null; type = type.BaseType)
            {
                if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is not { } bind) continue;
                var binding = bind.BindType.GetMethod(bind.BindMethodName, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic, [typeof(ServiceBinderBase), type])
                    ?? throw new InvalidOperationException($"{type} names a method that binds it and does not have it.");
                binding.Invoke(null, [new Binder<TService>(context, stop, services.GetService<Interceptor>(), () => only.Create(services).Instance), null]);
                return;
            }

            throw new InvalidOperationException($"{typeof(TService)} is no service of the contract.");
        }
    }

    /// <summary>Takes the methods that generated code tells and hands them on, to be called on the service by name after the stop.</summary>
    private sealed class Binder<TService>(ServiceMethodProviderContext<TService> context, NodeInterceptor stop, Interceptor? inside, Func<TService> service) : ServiceBinderBase
        where TService : class
    {
        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        {
            var known = BoundMethod.Of(method);
            var own = Open<UnaryServerMethod<TRequest, TResponse>>(method, (inside, own) => (request, call) => inside.UnaryServerHandler(request, call, own));
            context.AddUnaryMethod(Checked(method), Metadata(method), (_, request, call) => stop.UnaryAsync(known, request, call, own.Value));
        }

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        {
            var known = BoundMethod.Of(method);
            var own = Open<ServerStreamingServerMethod<TRequest, TResponse>>(method, (inside, own) => (request, responses, call) => inside.ServerStreamingServerHandler(request, responses, call, own));
            context.AddServerStreamingMethod(Checked(method), Metadata(method), (_, request, responses, call) => stop.ServerStreamingAsync(known, request, responses, call, own.Value));
        }

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
        {
            var known = BoundMethod.Of(method);
            var own = Open<ClientStreamingServerMethod<TRequest, TResponse>>(method, (inside, own) => (requests, call) => inside.ClientStreamingServerHandler(requests, call, own));
            context.AddClientStreamingMethod(Checked(method), Metadata(method), (_, requests, call) => stop.ClientStreamingAsync(known, requests, call, own.Value));
        }

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        {
            var known = BoundMethod.Of(method);
            var own = Open<DuplexStreamingServerMethod<TRequest, TResponse>>(method, (inside, own) => (requests, responses, call) => inside.DuplexStreamingServerHandler(requests, responses, call, own));
            context.AddDuplexStreamingMethod(Checked(method), Metadata(method), (_, requests, responses, call) => stop.DuplexStreamingAsync(known, requests, responses, call, own.Value));
        }

        private static Method<TRequest, TResponse> Checked<TRequest, TResponse>(Method<TRequest, TResponse> method)
            where TRequest : class
            where TResponse : class
        {
            var read = method.RequestMarshaller.ContextualDeserializer;
            return new(method.Type, method.ServiceName, method.Name, Marshallers.Create(method.RequestMarshaller.ContextualSerializer, Read), method.ResponseMarshaller);

            TRequest Read(DeserializationContext message)
            {
                try
                {
                    return read(message);
                }
                catch (InvalidProtocolBufferException e)
                {
                    throw WireRefusal.Malformed(e.Message, typeof(TRequest).Name).ToRpcException();
                }
            }
        }

        /// <summary>The method on the service, which is made when the first call comes, with what stands around it.</summary>
        private Lazy<TInvoker> Open<TInvoker>(IMethod method, Func<Interceptor, TInvoker, TInvoker> around)
            where TInvoker : Delegate => new(() =>
            {
                var own = Handler(method).CreateDelegate<TInvoker>(service());
                return inside is null ? own : around(inside, own);
            });

        private static List<object> Metadata(IMethod method) => [.. typeof(TService).GetCustomAttributes(inherit: true), .. Handler(method).GetCustomAttributes(inherit: true)];

        private static MethodInfo Handler(IMethod method) => typeof(TService).GetMethod(method.Name) ?? throw new InvalidOperationException($"{typeof(TService)} has no method {method.Name}.");
    }
}
